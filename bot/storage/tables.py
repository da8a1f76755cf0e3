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
    LargeBinary,
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
    Column("reminder_days", Integer),  # how many days before; NULL where the event decides
    Column("has_waiting", Boolean, nullable=False),  # a late answer or a person's reply waits
    Column("village", String(64), nullable=False, server_default=""),  # the last one they named
    Column("held_by", Key),  # the member of staff who holds the talk
    Column("held_until", Moment),  # until then the bot keeps silent
    Column("unanswered_at", Moment, index=True),  # the first message that waits for that person
    Column("dialogue", Text, nullable=False),
    Column("version", Integer, nullable=False),  # raised by every message: two cannot cross
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("openid", String(128), primary_key=True),
    Column("name", String(64), primary_key=True),  # topic:… or group:…
    Column("since", Moment, nullable=False),
    Index("ix_memberships_name", "name"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Key, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),  # hash of what redeliveries share
    Column("openid", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("text", Text, nullable=False),  # personal numbers masked
    Column("state", String(16), nullable=False),  # answered late failed
    Column("received_at", Moment, nullable=False, index=True),
    Column("reply", Text),  # exactly what was sent; NULL where silence was the answer
    Column("decision", String(32)),  # NULL while a late answer is still being looked for
    Column("entry", String(32), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("village", String(64), nullable=False, server_default=""),
    # With the id: else PostgreSQL finds a resident's latest message by walking back through all.
    Index("ix_inbox_openid_id", "openid", "id"),
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
    Column("village", String(64), nullable=False, server_default=""),
    Column("resolution", String(32), nullable=False, server_default=""),  # see storage/waiting.py
    Column("resolved_by", Key),
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
    Column("assigned_to", Key),
    Column("assigned_at", Moment),
    Column("closed_by", Key),
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
    Column("seen_by", Key),
    Column("mailed_at", Moment),  # when an e-mail told of it
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
    Column("if_late", String(8), nullable=False, server_default="ride"),  # ride ask drop
    Column("approved_by", String(64), nullable=False, server_default=""),
    Column("approved_at", Moment),
    Column("result", String(16), nullable=False, server_default=""),  # arrived failed unheard
    Column("reached", Integer),  # as WeChat counts them
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
    Column("state", String(16), nullable=False),  # see storage/personal_notices.py
    Column("next_try_at", Moment),
    UniqueConstraint("notice_id", "recipient"),
    Index("ix_deliveries_recipient", "recipient"),
    # With the id: else PostgreSQL sorts all who wait for every few that are told.
    Index("ix_deliveries_notice_id_state", "notice_id", "state", "id"),
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

# ---------------------------------------------------------------- the market stall

stall_taps = Table(
    "stall_taps",
    metadata,
    Column("id", Key, primary_key=True),
    Column("event", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("kind", String(64), nullable=False),  # people, leaflet:…, topic:…
    Column("count", Integer, nullable=False),  # below zero where a tap is taken back
    Column("once", String(64), nullable=False, unique=True),  # of the tap: sent twice, kept once
    Column("staff_id", Key, nullable=False),
    Column("tapped_at", Moment, nullable=False),
    Index("ix_stall_taps_event_day", "event", "day"),
    Index("ix_stall_taps_day", "day"),
)

stall_photos = Table(
    "stall_photos",
    metadata,
    Column("id", Key, primary_key=True),
    Column("event", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("content", LargeBinary, nullable=False),  # JPEG, without where and when it was taken
    Column("once", String(64), nullable=False, unique=True),
    Column("staff_id", Key, nullable=False),
    Column("taken_at", Moment, nullable=False),
    Index("ix_stall_photos_event_day", "event", "day"),
)

event_records = Table(
    "event_records",
    metadata,
    Column("event", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("fields", Text, nullable=False),  # JSON: what the office wrote
    Column("written_by", String(64), nullable=False),
    Column("written_at", Moment, nullable=False),
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
    Column("hour", Integer, primary_key=True),  # 0 to 23; -1 where it was not kept
    Column("village", String(64), primary_key=True),
    Column("decision", String(32), primary_key=True),
    Column("entry", String(32), primary_key=True),
    Column("count", Integer, nullable=False),
)

# Finished days, counted once: the page of a year adds up these and not a million messages.
day_figures = Table(
    "day_figures",
    metadata,
    Column("day", Date, primary_key=True),
    Column("kind", String(16), primary_key=True),  # all hour village entry
    Column("key", String(64), primary_key=True),
    Column("decision", String(32), primary_key=True),
    Column("count", Integer, nullable=False),
)

# ---------------------------------------------------------------- the console

staff = Table(
    "staff",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("roles", String(128), nullable=False),  # separated by blanks
    Column("password_hash", String(256), nullable=False),
    Column("must_change", Boolean, nullable=False),  # the password was set by somebody else
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("signed_in_at", Moment),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),  # the cookie itself is never kept
    Column("staff_id", Key, ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index("ix_staff_sessions_staff_id", "staff_id"),
)

first_links = Table(
    "first_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("expires_at", Moment, nullable=False),
)

throttles = Table(
    "throttles",
    metadata,
    Column("key", String(160), primary_key=True),  # name:… or address:…
    Column("failures", Integer, nullable=False),
    Column("last_failed_at", Moment, nullable=False),
)

# Triggers refuse to change or delete a row: see the migration.
audit = Table(
    "audit",
    metadata,
    Column("id", Key, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("staff_id", Key),  # NULL for the command line and for strangers
    Column("name", String(64), nullable=False),
    Column("action", String(64), nullable=False, index=True),
    Column("subject", String(256), nullable=False),  # never an openid
    Column("detail", Text, nullable=False),
    Column("address", String(64), nullable=False),
)

revisions = Table(
    "revisions",
    metadata,
    Column("id", Key, primary_key=True),
    Column("path", String(512), nullable=False, index=True),  # below the knowledge folder
    Column("content", LargeBinary),  # NULL where the file was removed
    Column("hash", String(64), nullable=False),
    Column("author", String(64), nullable=False),
    Column("comment", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("path", String(512), nullable=False),
    Column("base_hash", String(64), nullable=False),  # of the bytes the author began with
    Column("content", LargeBinary, nullable=False),
    Column("author_id", Key, nullable=False),
    Column("comment", Text, nullable=False),
    Column("state", String(16), nullable=False),  # open waiting published returned withdrawn
    Column("created_at", Moment, nullable=False),
    Column("decided_by", Key),
    Column("decided_at", Moment),
    Column("answer", Text, nullable=False),
    Index("ix_drafts_state", "state"),
)

staff_replies = Table(
    "staff_replies",
    metadata,
    Column("id", Key, primary_key=True),
    Column("openid", String(128), nullable=False, index=True),
    Column("staff_id", Key, nullable=False),
    Column("once", String(32), nullable=False, unique=True),  # of the form: sent twice, kept once
    Column("text", Text, nullable=False),
    Column("rung", String(32), nullable=False),  # customer-service passive
    Column("state", String(16), nullable=False),  # waiting claimed sent unknown withdrawn
    Column("reason", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
)

notes = Table(
    "notes",
    metadata,
    Column("id", Key, primary_key=True),
    Column("openid", String(128), nullable=False, index=True),
    Column("staff_id", Key, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

options = Table(
    "options",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),  # JSON
    Column("changed_by", Key),
    Column("changed_at", Moment, nullable=False),
)
