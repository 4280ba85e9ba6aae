"""No screen on which editors judge shows who wrote: a crawl over all of them with names planted everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from models.enums import MessageFate, Role
from models.session import writing
from tests.support import factories
from tests.support.factories import DISCOUNT, ELSEWHERE, HEADLINE, NICKNAME, OPENID, House

SECRETS = (OPENID, NICKNAME, "13912345678", "季小满")


@pytest.fixture
def planted(engine: Engine, house: House) -> None:
    with writing(engine) as session:
        one = factories.reader(session)
        factories.report(session, f"{HEADLINE}。我是{NICKNAME}1，我叫季小满，手机13912345678", reader_id=one)
        factories.report(session, f"{DISCOUNT} 署名：季小满")
        number = factories.report(session, f"{ELSEWHERE} 联系我 13912345678")
        factories.accept(session, number, house)
        factories.message(session, one, "我叫季小满，电话13912345678，请给我寄报纸", fate=MessageFate.DESK)
        factories.message(session, one, None, msg_type="voice", fate=MessageFate.DESK)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CHIEF, Role.ADMIN])
@pytest.mark.usefixtures("planted")
def test_no_grading_screen_names_a_reader(browser: Callable[[Role], FlaskClient], role: Role) -> None:
    client = browser(role)
    todo = ["/queue", "/queue?view=all", "/desk/", "/standings/", "/rounds/"]
    seen: set[str] = set()
    while todo:
        address = todo.pop()
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        for secret in SECRETS:
            assert secret not in answer.text, (address, secret)
        links = re.findall(r'href="(/(?:queue|reports|desk|standings|rounds)[^"#]*)"', answer.text)
        todo += {link.replace("&amp;", "&") for link in links} - seen - set(todo)
    assert any(address.startswith("/reports/") for address in seen)
    assert any(re.match(r"/desk/\d", address) for address in seen)
    assert any(re.match(r"/rounds/\d", address) for address in seen)
