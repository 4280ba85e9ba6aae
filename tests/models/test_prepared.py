from datetime import UTC, date, datetime

import pytest
from sqlalchemy import bindparam, event, func, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from models.enums import Bar, NameState
from models.messages import Conversation, Message
from models.papers import Issue, Paper
from models.prepared import InsertInto, Prepared, one_of
from models.readers import Person, Reader
from models.session import DEFERRED

NOON = datetime(2026, 11, 10, 4, 0, 0, 123456, tzinfo=UTC)
PERSON = InsertInto(Person)
READER = InsertInto(Reader, unless_known=True)
CONVERSATION = InsertInto(Conversation, or_set=("waiting_for",))
BY_ID = select(Reader.__table__).where(Reader.id == bindparam("reader_id"))


@pytest.fixture
def db(engine):
    with engine.connect() as db:
        yield db


def _reader(db, openid="oA"):
    return READER.scalar(db, account="main", openid=openid, person_id=PERSON.scalar(db, created_at=NOON),
                         first_seen_at=NOON)  # fmt: skip


def test_rows_are_those_that_core_gives(db):
    number = _reader(db)

    row = Prepared(BY_ID).first(db, reader_id=number)

    assert tuple(row) == tuple(db.execute(BY_ID, {"reader_id": number}).one())
    assert (row.openid, row.first_seen_at, row.name_state) == ("oA", NOON, NameState.NOT_ASKED)
    assert (row.last_ordinal, row.name_is_nickname, row.printed_name) == (0, True, None)


def test_json_dates_and_half_known_joins_come_back_as_core_gives_them(db):
    paper = InsertInto(Paper).scalar(db, name="社区晨报·甲", aliases=["甲", "100%"])
    InsertInto(Issue).scalar(db, paper_id=paper, month="2026-11", deadline_on=date(2026, 11, 30))
    query = (select(Paper.name, Paper.aliases, Issue.deadline_on, Person.bar)
             .join(Issue, Issue.paper_id == Paper.id).outerjoin(Person, Person.id == -1))  # fmt: skip

    assert [tuple(row) for row in Prepared(query).all(db)] == [("社区晨报·甲", ["甲", "100%"], date(2026, 11, 30), None)]


def test_what_is_always_the_same_stands_in_the_statement(db):
    numbers = [PERSON.scalar(db, created_at=NOON, bar=bar, bar_reason="x" if bar else None)
               for bar in (None, Bar.STAFF, Bar.BLOCKED)]  # fmt: skip
    barred = Prepared(select(Person.id).where(one_of(Person.bar, (Bar.STAFF, Bar.BLOCKED))).order_by(Person.id)
                      .limit(bindparam("most")))  # fmt: skip

    assert [[row.id for row in barred.all(db, most=most)] for most in (1, 9)] == [numbers[1:2], numbers[1:]]


@pytest.mark.parametrize("many", [1, 2, 3, 5])
def test_one_of_many_values_is_one_of_them(db, many):
    numbers = [PERSON.scalar(db, created_at=NOON) for _ in range(6)]
    those = Prepared(select(Person.id).where(one_of(Person.id, numbers[:many])).order_by(Person.id))

    assert [row.id for row in those.all(db)] == numbers[:many]


def test_nothing_found_is_none_or_nothing(db):
    query = Prepared(BY_ID)

    assert (query.first(db, reader_id=7), query.scalar(db, reader_id=7), query.all(db, reader_id=7)) == (None, None, [])


def test_a_known_key_gives_no_row_and_writes_nothing(db):
    number = _reader(db)

    assert _reader(db) is None
    assert _reader(db, "oB") > number
    assert db.scalar(select(func.count()).select_from(Reader)) == 2


def test_a_row_that_is_there_is_set_anew_where_that_is_asked_for(db):
    number = _reader(db)
    for waiting in ("page", "article"):
        CONVERSATION.run(db, reader_id=number, waiting_for=waiting, asked_name=waiting == "page")

    row = db.execute(select(Conversation.waiting_for, Conversation.asked_name)).one()
    assert tuple(row) == ("article", True)


def test_an_update_sets_its_columns_says_how_many_and_gives_what_it_returns(db):
    number = _reader(db)
    naming = Prepared(update(Reader).where(Reader.id == bindparam("reader_id")), "name_state", "printed_name")
    counting = Prepared(update(Reader).where(Reader.id == bindparam("reader_id"))
                        .values(last_ordinal=Reader.last_ordinal + 1).returning(Reader.last_ordinal))  # fmt: skip

    given = {"name_state": NameState.GIVEN, "printed_name": "甲"}
    assert [naming.run(db, reader_id=one, **given) for one in (number, number + 1)] == [1, 0]
    assert [counting.scalar(db, reader_id=number) for _ in range(2)] == [1, 2]
    assert db.scalar(select(Reader.printed_name)) == "甲"


def test_a_column_that_the_table_has_not_is_refused(db):
    with pytest.raises(TypeError, match="nickname"):
        PERSON.scalar(db, created_at=NOON, nickname="甲")


def test_a_naive_time_is_refused_as_everywhere(db):
    with pytest.raises(ValueError, match="naive datetime"):
        PERSON.scalar(db, created_at=NOON.replace(tzinfo=None))


def test_writing_begins_a_transaction_that_ends_as_any_other(db):
    PERSON.scalar(db, created_at=NOON)
    assert db.in_transaction()
    db.rollback()

    assert db.scalar(select(func.count()).select_from(Person)) == 0


def test_reading_on_sqlite_begins_no_transaction(db):
    Prepared(BY_ID).first(db, reader_id=1)

    assert db.in_transaction() is (db.dialect.name != "sqlite")


def test_errors_are_those_of_sqlalchemy(db):
    number = _reader(db)

    with pytest.raises(IntegrityError):
        InsertInto(Reader).scalar(db, account="main", openid="oA", person_id=number, first_seen_at=NOON)


def test_a_lost_connection_is_given_up(db):
    Prepared(BY_ID).first(db, reader_id=1)
    db.connection.driver_connection.close()

    with pytest.raises(DBAPIError) as problem:
        Prepared(BY_ID).first(db, reader_id=1)

    assert problem.value.connection_invalidated
    assert db.invalidated


def test_who_listens_to_an_engine_hears_of_it(engine):
    heard = []
    event.listen(engine, "before_cursor_execute", lambda _db, _cursor, statement, *_: heard.append(statement.split()[0]))
    with engine.connect().execution_options(**DEFERRED) as db:
        Prepared(BY_ID).first(db, reader_id=1)

    assert heard == ["SELECT"]


def test_a_message_keeps_its_fields(db):
    fields = {"MediaId": "m%1", "nested": {"中": [1, None]}}
    number = InsertInto(Message, unless_known=True).scalar(
        db, account="main", dedupe_key="k", msg_type="text", content="100% ？", fields=fields, create_time=1,
        received_at=NOON, counts_at=NOON, fate="event")  # fmt: skip

    row = db.execute(select(Message.content, Message.fields, Message.stale, Message.attempts)
                     .where(Message.id == number)).one()  # fmt: skip
    assert tuple(row) == ("100% ？", fields, False, 0)
