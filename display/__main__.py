"""`python -m display` is `room-display`."""

from display.cli import main

if __name__ == "__main__":
    main()
