"""`python -m agent` is `room-agent`."""

from agent.cli import main

if __name__ == "__main__":
    main()
