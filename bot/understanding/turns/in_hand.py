"""What a reader means who names no edition, but scanned the code on the one he holds. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.understanding.in_print.locate import Index
from bot.understanding.in_print.placing import meant_by, placed
from bot.understanding.values import Finding, Located


def in_hand(finding: Finding, paper_id: int | None, *, index: Index, sent_at: datetime) -> Finding:
    """The finding, sought in the edition in hand where he stated none and print does not tell another.

    What is found elsewhere stays there: the quotation knows better than a code scanned weeks ago.
    """
    stated = finding.paper_text is not None or finding.paper_id is not None
    if paper_id is None or stated or finding.located is Located.FOUND or index.paper(paper_id) is None:
        return finding
    here = placed(finding, meant_by(finding, index)._replace(paper_ids=(paper_id,)), index=index, sent_at=sent_at)
    elsewhere = here.place is not None and here.place.paper_id != paper_id
    return finding if elsewhere else here._replace(paper_id=paper_id)
