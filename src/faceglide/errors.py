"""The one error a person can cause: bad input, told in one line."""


class BadInput(Exception):
    """Something given to Faceglide is wrong.

    Args:
        place: Where it is: a file, with line or field where known.
        fault: What is wrong there.
        expected: What would have been right.
    """

    def __init__(self, place: str, fault: str, expected: str) -> None:
        super().__init__(place, fault, expected)
        self.place, self.fault, self.expected = place, fault, expected

    def __str__(self) -> str:
        line = f"{self.place}: {self.fault}; expected {self.expected}"
        return " ".join(line.split())
