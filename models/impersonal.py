"""Columns that hold nothing personal: print, rules, calendars, workings, and who of the staff did what, by number.

Beside `models.personal`; together they name every column there is.
"""

from __future__ import annotations

from collections.abc import Mapping

TABLES: Mapping[str, str] = {
    "access_token": "account token expires_at",
    "alert": "code title raised_at told_at times cleared_at",
    "answer_count": "name many",
    "article": "id page_id position key kind title subtitle byline paragraphs",
    "assignment": "report_id staff_id assigned_at assigned_by_id",
    "bulk_act": "id staff_id verb details made_at undo_asked_at",
    "bulk_item": "act_id report_id position version fate why after_version kept",
    "calibration": "round_id made_at made_by_id",
    "calibration_item": "id round_id position report_id",
    "calibration_skip": "round_id staff_id skipped_by_id skipped_at",
    "call_right": "account call state errcode since until failures noted_at",
    "call_use": "account call used_on calls",
    "canned_reason": "id contest_id kind position text retired_at",
    "catalogue_version": "id version",
    "claim": "report_id staff_id claimed_at held_until",
    "contest": "id name account account_title publication_day deadline_day published_months deadline_months "
        "weekend_rule auto_announce deputy_id shows_agreement calibrates created_at",
    "correction_item": "id notice_id position erratum_id kind wrong right",
    "correction_notice": "id issue_id page_label article text state version discovered_at drafted_by_id drafted_at "
        "released_by_id released_at release_reason printed_paper_id printed_on printed_page printed_by_id "
        "printed_at withdrawn_by_id withdrawn_at withdraw_reason",
    "correction_waiver": "erratum_id staff_id waived_at",
    "erratum": "id contest_id issue_id page_label article_id paragraph span_start span_end wrong right "
        "same_as_id row_code doubling points_milli created_at",
    "erratum_apart": "one_id other_id",
    "erratum_cause": "erratum_id cause note staff_id set_at",
    "erratum_slip": "erratum_id month change line_digest",
    "further_words": "message_id report_id",
    "held_message": "message_id read_at told_at",
    "house_find": "id issue_id erratum_id page_label wrong right located row_code doubling points_milli note digest "
        "found_at found_by_id withdrawn_at withdrawn_by_id withdrawn_reason",
    "import_upload": "id staff_id sent_at token files files_kept paper issue state state_at claim claimed_until tries "
        "step pages_done pages_all problems result issue_ids",
    "installation": "token",
    "issue": "id paper_id month published_on deadline_on imported_at source content_hash",
    "job_run": "id name started_at finished_at outcome result",
    "lead_reader": "lead_id reader_id",
    "lead_search": "round_id at",
    "lost_notice": "idempotency_key reader_id kind report_id left_at",
    "lost_pick": "round_id digest winners picked_at released_at",
    "message_seen": "message_id staff_id seen_at",
    "month_told": "round_id told_at",
    "note_mention": "note_id staff_id read_at",
    "page": "id issue_id position number name aliases",
    "page_geometry": "page_id width height boxes picture picture_width picture_height checked_at checked_by_id",
    "page_layout": "page_id per_line lines pictures_percent decoration_percent set_at set_by_id",
    "page_maker": "issue_id page staff_id",
    "pair_choice": "round_id staff_id one_id other_id better_id chosen_at",
    "pair_seal": "round_id staff_id sealed_by_id sealed_at",
    "paper": "id name aliases contest_id months_between first_month usual_pages outside_scope version",
    "paper_code": "account paper_id ticket url created_at",
    "paper_grader": "paper_id staff_id",
    "paper_layout": "paper_id from_month per_line lines set_at set_by_id",
    "paper_role": "staff_id paper_id role",
    "paragraph_digest": "article_id paragraph digest",
    "picture_box": "id attachment_id left_ top right_ bottom drawn_by_id drawn_at removed_by_id removed_at",
    "reminder": "round_id moment staff_id state owed made_at sent_at dismissed_at",
    "round_article": "round_id state state_at due_at cover_media_id draft_media_id publish_id after_message_id address "
        "errcode problem",
    "round_intake": "round_id entries",
    "round_record": "id round_id version sha256 digest reason made_at chain_number chain signature signed_at",
    "round_record_part": "round_id version number data",
    "round_tick": "round_id step staff_id ticked_at",
    "rule_set": "id contest_id number rules created_at",
    "search_gram": "gram kind ref_id",
    "search_mark": "kind upto",
    "snooze": "report_id until snoozed_at snoozed_by_id",
    "token_lease": "account holder until force",
    "turned_message": "message_id staff_id turned_at",
    "usual_page_maker": "paper_id page staff_id",
}
