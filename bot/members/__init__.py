"""Who works at the console: accounts of staff, their passwords, second factors and signed-in browsers. Knows no HTTP."""
