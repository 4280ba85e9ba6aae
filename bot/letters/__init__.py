"""What a person at the desk reads or takes down himself: letters, calls, photos to be covered, words unblackened."""
