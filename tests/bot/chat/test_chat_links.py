"""Links told in the chat: whose they are, how long they live, what is stored of them; and the four digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.chat import chat_links
from bot.chat.chat_links import Expired, Forged, Link
from bot.claiming.terms import OFFLINE
from bot.dialogue import page_phrases, phrases
from bot.dialogue.phrases import MineItem
from bot.outbox import queue
from bot.wechat.replies import MAX_TEXT_BYTES
from models.messages import Message
from models.readers import Reader
from models.session import writing
from tests.support.databases import Databases
from tests.support.outbox import START, Outbox
from tests.support.world import LIUWAN, Chat, event_of, open_contest, rows, text_message

SECRET, OTHER_SECRET = "only-for-tests-" * 3, "of-another-house" * 3
URL = "https://desk.example.org"
NOW = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
UNTIL = NOW + chat_links.LIVES
TERMS = replace(OFFLINE, public_url=URL, secret_key=SECRET)
readers = st.integers(1, 10**chat_links.LONGEST_NUMBER - 1)
moments = st.integers(1_767_000_000, 3_786_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def opens(token: str, *, now: datetime = NOW, secret: str = SECRET) -> Link | type[Exception]:
    try:
        return chat_links.opened(token, secret, now=now)
    except chat_links.Dead as dead:
        return type(dead)


TOKEN = chat_links.token(12, UNTIL, SECRET)
READER, ENDS, MAC = TOKEN.split("-")


@pytest.mark.parametrize("given", [
    "", "-", "--", READER, f"{READER}-{ENDS}", f"{READER}-{ENDS}-", f"{READER}-{ENDS}-{MAC[:-1]}", f"{TOKEN}0", f" {TOKEN}",
    f"{TOKEN}\n", TOKEN.upper(), f"0{TOKEN}", f"+{TOKEN}", f"{READER}-{int(ENDS) + 1}-{MAC}", f"13-{ENDS}-{MAC}",
    f"{READER}-{ENDS}-{'0' * 32}", f"１２-{ENDS}-{MAC}", f"{READER}-{ENDS}-{MAC[:-1]}é", f"{READER}-{ENDS}-______",
    f"{READER}-{ENDS}-{MAC}-{MAC}", "9" * 400, f"{10**9}-{ENDS}-{MAC}", chat_links.numbered(chat_links.COPY, 12, SECRET),
    "\x00", "' OR 1=1 --",
])
def test_what_nobody_here_made_opens_nothing(given: str) -> None:
    assert opens(given) is Forged


def test_a_link_opens_its_readers_pages_for_half_an_hour() -> None:
    assert opens(TOKEN) == Link(12, UNTIL)
    assert opens(TOKEN, now=NOW + timedelta(minutes=29, seconds=59)) == Link(12, UNTIL)
    assert opens(TOKEN, now=NOW + timedelta(minutes=30)) is Expired
    assert opens(TOKEN, now=NOW + timedelta(days=400)) is Expired


def test_a_link_of_another_house_or_another_purpose_opens_nothing() -> None:
    assert opens(TOKEN, secret=OTHER_SECRET) is Forged
    assert chat_links.number_of("another purpose", chat_links.numbered(chat_links.COPY, 7, SECRET), SECRET) is None


@given(readers, readers, moments)
def test_no_readers_link_opens_anothers_pages(one: int, other: int, now: datetime) -> None:
    assume(one != other)
    token = chat_links.token(one, now + chat_links.LIVES, SECRET)
    found = opens(token, now=now)
    assert isinstance(found, Link)
    assert found.reader_id == one
    _, ends, mac = token.split("-")
    assert opens(f"{other}-{ends}-{mac}", now=now) is Forged


@given(st.integers(0, len(TOKEN) - 1), st.characters())
@example(0, "2")
@example(len(READER) + 1, "2")
@example(len(TOKEN) - 1, "0")
def test_any_altered_character_is_refused(at: int, character: str) -> None:
    assume(character != TOKEN[at])
    assert opens(TOKEN[:at] + character + TOKEN[at + 1:]) is Forged


@given(st.text(max_size=80))
def test_no_text_at_all_makes_it_fail(given: str) -> None:
    assert opens(given) is Forged


@given(readers, moments, st.integers(0, 29 * 60))
def test_the_digits_are_good_as_long_as_the_link_told_with_them(reader: int, told: datetime, later: int) -> None:
    code = chat_links.code(reader, told, SECRET)
    assert re.fullmatch("[0-9]{4}", code)
    now = told + timedelta(seconds=later)
    assert chat_links.is_code(code, reader, SECRET, now=now)
    assert not chat_links.is_code(code + "1", reader, SECRET, now=now)


@pytest.mark.sampled
@pytest.mark.parametrize("minutes", [0, 1, 14, 15, 29])
def test_at_most_three_codes_fit_at_a_time(minutes: int) -> None:
    now = NOW + timedelta(minutes=minutes)
    assert 0 < sum(chat_links.is_code(f"{n:04d}", 12, SECRET, now=now) for n in range(10_000)) <= 3


def test_digits_end_and_are_the_readers_own() -> None:
    code = chat_links.code(12, NOW, SECRET)
    assert chat_links.is_code(code, 12, SECRET, now=NOW + timedelta(minutes=44)) == (
        NOW + timedelta(minutes=44) < datetime.fromtimestamp(-(-UNTIL.timestamp() // 900) * 900, UTC))
    assert not chat_links.is_code(code, 12, SECRET, now=NOW + timedelta(minutes=46))
    assert not chat_links.is_code(code, 12, OTHER_SECRET, now=NOW)
    fitting = [reader for reader in range(1, 400) if chat_links.is_code(code, reader, SECRET, now=NOW)]
    assert 12 in fitting
    assert len(fitting) < 5  # four digits: of others' codes three in ten thousand are alike


@pytest.mark.parametrize(("typed", "right"), [
    ("{}", True), (" {} ", True), ("{}\n", True), ("{0[0]} {0[1]} {0[2]} {0[3]}", True), ("wide", True),
    ("", False), ("____", False), ("0{}", False), ("{}.", False), ("x" * 500, False), ("\x00{}", False), ("é", False),
])
def test_digits_as_people_type_them(typed: str, right: bool) -> None:
    code = chat_links.code(12, NOW, SECRET)
    given = "".join(chr(ord(digit) - 48 + 0xFF10) for digit in code) if typed == "wide" else typed.format(code)
    assert chat_links.is_code(given, 12, SECRET, now=NOW) is right


def sign(text: str, reader: int = 12, *, copy: bool = False, url: str = URL) -> str:
    return chat_links.signed(text, public_url=url, secret_key=SECRET, reader_id=reader, at=NOW, copy=copy)


def test_a_text_gets_the_link_and_digits_of_whom_it_goes_to() -> None:
    text = page_phrases.all_of_mine(chat_links.unsigned(URL))
    assert sign(text) == page_phrases.all_of_mine(f"{URL}/my/{TOKEN}/").replace(
        "____", chat_links.code(12, NOW, SECRET))
    assert sign(chat_links.unsigned(URL, "3")) == f"{URL}/my/{TOKEN}/3"
    assert sign(text, url="") != sign(text)
    assert "______" in sign(text, url="")
    for hosts in ("http://desk.example.org", "https://desk.example.org.evil.example", "https://evil.example"):
        assert sign(f"{hosts}/my/______/") == f"{hosts}/my/______/"


def test_texts_without_marks_stay_as_they_are() -> None:
    for text in ("", "收到", f"{URL}/mine/12-______\n", "____", "四位数：1234", "四位数：____"):
        assert sign(text) == text


def test_who_may_not_open_a_link_reads_of_it_in_words() -> None:
    text = page_phrases.all_of_mine(chat_links.unsigned(URL, "3"))
    assert chat_links.in_words(text) == page_phrases.all_of_mine("（链接，只有他打得开）")
    assert chat_links.in_words(sign(text)) == sign(text)


@given(readers)
def test_no_signed_text_is_longer_than_counted(reader: int) -> None:
    text = f"{chat_links.unsigned(URL)}\n{chat_links.unsigned(URL, '3')}\n登记时要填的四位数：____"
    assert sign(text, reader).count("____") == 0
    assert len(sign(text, reader).encode()) <= chat_links.sent_bytes(text)


# in the chat

OPENID, NEIGHBOUR = "reader-of-links", "neighbour-of-links"


def play(engine: Engine) -> int:
    return open_contest(engine, papers=(LIUWAN,))


@pytest.fixture
def begun(databases: Databases) -> tuple[str, int]:
    """Played once, for each test here a copy of its own."""
    return databases.begun(play)


@pytest.fixture
def chat(contest: int, engine: Engine) -> Iterator[Chat]:
    found = Chat(engine, terms=TERMS)
    yield found
    found.close()


def tokens(text: str) -> list[str]:
    return re.findall(rf"{URL}/my/([^/\s]+)/", text)


def reader_of(engine: Engine, openid: str) -> int:
    return next(row.id for row in rows(engine, Reader) if row.openid == openid)


def test_mine_tells_the_link_and_the_digits_and_a_resend_the_same(engine: Engine, chat: Chat) -> None:
    chat.say(OPENID, "柳湾版3版“优慧”应为“优惠”")
    asked = text_message(OPENID, "我的", created=chat.now, msg_id=77)
    first, again = (chat.intake.take(chat.account, asked, stale=False, now=at) for at in (
        chat.now, chat.now + timedelta(seconds=5)))
    assert first == again
    [token] = tokens(first or "")
    him = reader_of(engine, OPENID)
    assert opens(token, now=chat.now) == Link(him, chat.now + chat_links.LIVES)
    assert f"撤回、领奖要填的四位数：{chat_links.code(him, chat.now, SECRET)}" in (first or "")


def test_what_is_stored_opens_nothing(engine: Engine, chat: Chat) -> None:
    chat.say(OPENID, "柳湾版3版“优慧”应为“优惠”")
    said = chat.say(OPENID, "我的")
    [token] = tokens(said)
    code = said.rpartition("四位数：")[2]
    stored = [row.reply for row in rows(engine, Message)]
    assert stored[-1].endswith("四位数：____")
    assert [text for text in stored if token in text or token[-32:] in text or f"四位数：{code}" in text] == []
    assert opens(tokens(stored[-1])[0]) is Forged


def test_a_receipt_leads_to_its_report_unless_it_asks_something(chat: Chat) -> None:
    named = chat.say(OPENID, "柳湾版3版“优慧”应为“优惠”")
    assert (phrases.ASK_NAME in named, tokens(named)) == (True, [])
    assert tokens(chat.say(OPENID, "第3版有错字")) == []
    one = chat.say(OPENID, "“高兴地的说”应为“高兴地说”")
    assert re.search(rf"\n{URL}/my/[^/\s]+/2$", one)
    many = chat.say(OPENID, "柳湾版1版“自觉的分类”应为“自觉地分类”\n柳湾版3版“栓绳”应为“拴绳”")
    assert re.search(rf"\n{URL}/my/[^/\s]+/$", many)


def test_the_menus_button_answers_the_same(engine: Engine, chat: Chat) -> None:
    chat.say(OPENID, "柳湾版3版“优慧”应为“优惠”")
    pressed = event_of(OPENID, "click", created=chat.now, key="mine")
    said = chat.intake.take(chat.account, pressed, stale=False, now=chat.now) or ""
    [token] = tokens(said)
    assert opens(token, now=chat.now) == Link(reader_of(engine, OPENID), chat.now + chat_links.LIVES)
    assert f"四位数：{chat_links.code(reader_of(engine, OPENID), chat.now, SECRET)}" in said


def test_what_goes_out_by_itself_is_signed_when_it_goes(engine: Engine) -> None:
    outbox = Outbox(engine, terms=TERMS)
    outbox.reader()
    outbox.put(text=f"看结果：\n{chat_links.unsigned(URL, '3')}")
    later = START + timedelta(hours=2)
    assert outbox.run(later) == {"sent": 1}
    assert outbox.sender is not None
    [said] = outbox.sender.texts
    [token] = tokens(said)
    assert opens(token, now=later) == Link(1, later + chat_links.LIVES)
    assert outbox.message().text == f"看结果：\n{chat_links.unsigned(URL, '3')}"


def test_without_an_address_of_our_own_nothing_changes(engine: Engine) -> None:
    open_contest(engine, papers=(LIUWAN,))
    chat = Chat(engine)
    chat.say(OPENID, "柳湾版3版“优慧”应为“优惠”")
    said = [chat.say(OPENID, "柳湾版1版“自觉的分类”应为“自觉地分类”"), chat.say(OPENID, "我的")]
    chat.close()
    assert [text for text in said if "/my/" in text or "四位数" in text] == []


def test_nobody_gets_anothers_link_by_writing_a_mark(engine: Engine, chat: Chat) -> None:
    """Receipts quote readers, and what staff answer rides on replies: whatever is signed is the reader's own."""
    chat.say(OPENID, "柳湾版3版“优慧”应为“优惠”")
    mark = chat_links.unsigned(URL)
    chat.say(NEIGHBOUR, f"{URL}/my/{reader_of(engine, OPENID)}-9999999999-______/")
    neighbour = reader_of(engine, NEIGHBOUR)
    with writing(engine) as session:
        queue.enqueue(session.connection(), reader_id=neighbour, kind="desk", key="m", now=chat.now,
                      text=f"{mark}\n登记时要填的四位数：____")
    chat.now += timedelta(minutes=20)
    said = "\n".join(chat.say(NEIGHBOUR, text) for text in (
        f"柳湾版3版“{mark[-20:]}”应为“四位数：____”", mark, "更多", "我的"))
    assert tokens(said)
    for token in set(tokens(said)) - {"______"}:
        found = opens(token, now=chat.now)
        assert isinstance(found, Link)
        assert (found.reader_id, found.until <= chat.now + chat_links.LIVES) == (neighbour, True)


MARKS = ("四位数：____", "登记时要填的四位数：____", "/my/______/", f"{URL}/my/______/",
         f"\n{URL}/my/______/3\n登记时要填的四位数：____\n")


@pytest.mark.parametrize("mark", MARKS)
def test_mark_in_a_name_stays_what_it_is(mark: str) -> None:
    """Names of others are read by whoever asks for the winners."""
    name = " ".join(mark.split())  # as a name is kept
    for said in (phrases.winners("2026-10", [name], ["乙", name, "丙"]), phrases.winners("2026-10", [], [name]),
                 phrases.name_kept(name)):
        assert sign(said) == said
        assert sign(chat_links.below(said, page_phrases.all_of_mine(chat_links.unsigned(URL)))).startswith(said)


@pytest.mark.parametrize("mark", MARKS)
def test_mark_in_what_a_reader_writes_comes_back_as_he_wrote_it(engine: Engine, chat: Chat, mark: str) -> None:
    code, ours = chat_links.code(1, chat.now, SECRET), 0
    for text in (f"署名 {mark}", f"柳湾版3版“{mark}”应为“优惠”", f"柳湾版3版“优慧”应为“{mark}”", f"改 1 理由 {mark}",
                 f"改 1 文章 {mark}", f"改 1 版面 {mark}", f"撤回 1 {mark}", f"申诉 1 {mark}", f"{mark}那条满意", mark):
        said = chat.say(OPENID, text)
        assert code not in said
        ours += said.count("30分钟内有效")
        assert len([token for token in tokens(said) if opens(token, now=chat.now) is not Forged]) == said.count("30分钟内有效")
    assert reader_of(engine, OPENID) == 1
    assert ours


def test_what_rides_is_counted_as_it_will_be_sent(engine: Engine, chat: Chat) -> None:
    chat.say(OPENID, "柳湾版3版“优慧”应为“优惠”")
    him = reader_of(engine, OPENID)
    with writing(engine) as session:
        for number in range(12):
            queue.enqueue(session.connection(), reader_id=him, kind="outcome", key=f"k{number}", now=chat.now,
                          text=f"{'错' * 100}\n{chat_links.unsigned(URL)}")
    chat.now += timedelta(minutes=20)
    said = chat.say(OPENID, "更多")
    assert len(tokens(said)) > 2
    assert len(said.encode()) <= MAX_TEXT_BYTES


def test_the_longest_answer_to_mine_has_its_link() -> None:
    items = [MineItem(999_999, "版" * 12, "错" * 300, "对" * 300, "修改后采纳，已登更正")] * 5
    said = chat_links.below(phrases.mine(items, 999_999), page_phrases.all_of_mine(chat_links.unsigned(URL)))
    assert len(sign(said, 10**9 - 1).encode()) <= MAX_TEXT_BYTES
    assert len(tokens(sign(said))) == 1


def test_a_link_that_would_not_fit_is_left_out() -> None:
    long = "字" * (MAX_TEXT_BYTES // 3 - 10)
    assert chat_links.below(long, page_phrases.these(chat_links.unsigned(URL))) == long

