"""Every table; behaviour lives in the module named after it, never here."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.columns import Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only counts up a plain INTEGER key; PostgreSQL should not stop at two thousand million.
Key = BigInteger().with_variant(Integer, "sqlite")

residents = Table(
    "residents",
    metadata,
    Column("openid", String(128), primary_key=True),
    Column("following", Boolean, nullable=False),
    Column("heard_at", Moment),  # when the newest push left WeChat: older ones come too late
    Column("wants_reminder", Boolean, nullable=False),
    Column("has_waiting", Boolean, nullable=False),  # a late answer waits
    Column("dialogue", Text, nullable=False),
    Column("version", Integer, nullable=False),  # raised by every message: two cannot cross
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Key, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),  # hash of what redeliveries share
    Column("openid", String(128), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("text", Text, nullable=False),  # personal numbers masked
    Column("state", String(16), nullable=False),  # answered late failed
    Column("received_at", Moment, nullable=False, index=True),
    Column("reply", Text),  # exactly what was sent; NULL where silence was the answer
    Column("decision", String(32)),  # NULL while a late answer is still being looked for
    Column("entry", String(32), nullable=False),
    Column("confidence", Float, nullable=False),
)

late_answers = Table(
    "late_answers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("openid", String(128), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("state", String(16), nullable=False),  # waiting claimed sent unknown
    Column("created_at", Moment, nullable=False),
    Column("claimed_at", Moment),
)

misses = Table(
    "misses",
    metadata,
    Column("id", Key, primary_key=True),
    Column("openid", String(128), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("entry", String(32), nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("resolved_at", Moment),
)

handoffs = Table(
    "handoffs",
    metadata,
    Column("id", Key, primary_key=True),
    Column("openid", String(128), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # person mediation voice
    Column("text", Text, nullable=False),
    Column("village", String(64), nullable=False),
    Column("phone", String(32), nullable=False),
    Column("media_id", String(256), nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("closed_at", Moment),
)

alarms = Table(
    "alarms",
    metadata,
    Column("id", Key, primary_key=True),
    Column("openid", String(128), nullable=False, index=True),
    Column("sign", String(64), nullable=False),
    Column("text", Text, nullable=False),  # unmasked: somebody may need the number in it
    Column("raised_at", Moment, nullable=False),
    Column("seen_at", Moment),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Key, primary_key=True),
    Column("event", String(64), nullable=False),
    Column("occurrence", String(32), nullable=False),  # its day, ISO 8601
    Column("kind", String(32), nullable=False),
    Column("audience", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("send_until", Moment, nullable=False),  # later it may only ride
    Column("expires_at", Moment, nullable=False),  # later it is of no use to anybody
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("next_try_at", Moment, nullable=False),
    Column("claimed_by", String(64)),
    Column("claimed_at", Moment),
    Column("reference", String(64)),  # WeChat's msg_id of a mass send
    Column("finished_at", Moment),
    UniqueConstraint("event", "occurrence", "kind", "audience"),
    Index("ix_notices_state_next_try_at", "state", "next_try_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("notice_id", Key, ForeignKey("notices.id", ondelete="CASCADE"), nullable=False),
    Column("recipient", String(128), nullable=False),  # an openid, or `*` for a mass send
    Column("rung", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    UniqueConstraint("notice_id", "recipient"),
    Index("ix_deliveries_recipient", "recipient"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("delivery_id", Key, ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("outcome", String(16)),  # sent refused unknown; NULL while it runs
    Column("code", Integer),
    Column("reason", Text),
    Index("ix_attempts_delivery_id", "delivery_id"),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("app_id", String(64), primary_key=True),
    Column("token", String(1024), nullable=False),
    Column("expires_at", Moment, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Moment, nullable=False),
)

faults = Table(
    "faults",
    metadata,
    Column("kind", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
)

daily_counts = Table(
    "daily_counts",
    metadata,
    Column("day", Date, primary_key=True),
    Column("decision", String(32), primary_key=True),
    Column("entry", String(32), primary_key=True),
    Column("count", Integer, nullable=False),
)
