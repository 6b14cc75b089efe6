"""What things are: tokens, caveats, scope, age, policy, findings. Pure: no file, clock, environment or network."""
