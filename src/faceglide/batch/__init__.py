"""Many inputs through one judge."""

from faceglide.batch.judging import Job, judge, judge_all, open_session

__all__ = ["Job", "judge", "judge_all", "open_session"]
