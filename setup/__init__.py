"""What must be on the machine before the program runs. Standard library only: it works before anything is installed."""
