"""The first tables: people, screenings, plans, sessions, their events, feedback and tastes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _body(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.JSON().with_variant(JSONB(), "postgresql"), nullable=nullable)


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _id() -> sa.Column[object]:
    return sa.Column("id", sa.Uuid(), primary_key=True)


def _belongs(table: str, primary_key: bool = False) -> sa.Column[object]:
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", sa.Uuid(), key, nullable=False, primary_key=primary_key)


def upgrade() -> None:
    """Make the tables."""
    op.create_table("person", _id(), _time("created_at"), _body("name", nullable=True))
    op.create_table(
        "screening",
        _id(),
        _belongs("person"),
        _time("created_at"),
        sa.Column("protocol", sa.String(40), nullable=False),
        _body("answers"),
        _body("decision"),
    )
    op.create_index("ix_screening_person_id", "screening", ["person_id"])
    op.create_table(
        "plan",
        _id(),
        _belongs("person"),
        _time("created_at"),
        _body("name", nullable=True),
        _body("request"),
        _body("plan"),
    )
    op.create_index("ix_plan_person_id", "plan", ["person_id"])
    op.create_table(
        "session",
        _id(),
        _belongs("person"),
        sa.Column(
            "plan_id", sa.Uuid(), sa.ForeignKey("plan.id", ondelete="SET NULL"), nullable=True
        ),
        sa.Column("protocol", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        _time("started_at"),
        _time("ended_at", nullable=True),
        _body("stopped", nullable=True),
    )
    op.create_index("ix_session_person_id", "session", ["person_id"])
    op.create_index("ix_session_person_started", "session", ["person_id", "started_at"])
    op.create_table(
        "event",
        _belongs("session", primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(40), nullable=False),
        _body("body"),
    )
    op.create_table(
        "feedback",
        _id(),
        _belongs("session"),
        _time("created_at"),
        sa.Column("kind", sa.String(40), nullable=False),
        _body("body"),
    )
    op.create_index("ix_feedback_session_id", "feedback", ["session_id"])
    op.create_table(
        "preference",
        _belongs("person", primary_key=True),
        sa.Column("key", sa.String(60), primary_key=True),
        _body("value"),
    )


def downgrade() -> None:
    """Take the tables away."""
    for table in ("preference", "feedback", "event", "session", "plan", "screening", "person"):
        op.drop_table(table)
