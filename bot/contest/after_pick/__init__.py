"""What may still change once a round is picked: picked anew, corrected openly, a prize that moves on."""
