"""`python -m botswain`: the same as the `botswain` command."""

from botswain.main import run

if __name__ == "__main__":
    run()
