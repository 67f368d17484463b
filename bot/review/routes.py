"""The one table of who may do what. A test walks through all of it with every role, with none, and with a visitor's
token; what a page does beyond reading carries the word that is noted in the audit."""

from __future__ import annotations

from bot.review.access.sessions import CODE, WELCOME
from bot.review.pages import appointments, conversations, hours, numbers, safety, sign_in, staff, today, unanswered
from bot.review.roles import ADMIN, CLINICIAN, REVIEWER
from bot.review.web import Route

ANYONE = frozenset({"anyone"})
STAFF = frozenset({REVIEWER, CLINICIAN, ADMIN})
READERS = frozenset({REVIEWER, CLINICIAN})
CLINICIANS = frozenset({CLINICIAN})
ADMINS = frozenset({ADMIN})
AT_CODE, AT_WELCOME = frozenset({CODE}), frozenset({WELCOME})  # half-way through a log-in

ROUTES = (
    Route("GET", "/login", sign_in.form, ANYONE),
    Route("POST", "/login", sign_in.log_in, ANYONE),
    Route("GET", "/login/code", sign_in.code_form, AT_CODE),
    Route("POST", "/login/code", sign_in.check_code, AT_CODE),
    Route("GET", "/login/welcome", sign_in.welcome_form, AT_WELCOME),
    Route("POST", "/login/welcome", sign_in.set_up, AT_WELCOME),
    Route("POST", "/logout", sign_in.log_out, STAFF | AT_CODE | AT_WELCOME, "log-out"),
    Route("GET", "/account", sign_in.account_page, STAFF),
    Route("POST", "/account/password", sign_in.change_password, STAFF, "password changed"),
    Route("POST", "/account/codes", sign_in.new_codes, STAFF, "recovery codes made"),
    Route("GET", "/conversations", conversations.inbox, READERS),
    Route("POST", "/filters", conversations.save, READERS, "filter saved"),
    Route("POST", "/filters/<filter>/remove", conversations.unsave, READERS, "filter removed"),
    Route("GET", "/conversations/<conversation>", conversations.conversation, READERS, "conversation read"),
    Route("POST", "/conversations/<conversation>/state", conversations.set_state, READERS, "state set"),
    Route("POST", "/conversations/<conversation>/assign", conversations.assign, READERS, "assigned"),
    Route("POST", "/conversations/<conversation>/note", conversations.note, READERS, "note added"),
    Route("POST", "/conversations/<conversation>/missed", conversations.missed, CLINICIANS, "missed by the screen"),
    Route("POST", "/conversations/<conversation>/erase", conversations.erase, CLINICIANS, "erased"),
    Route("GET", "/safety", safety.queue, CLINICIANS, "safety queue read"),
    Route("POST", "/safety/<flag>", safety.decide, CLINICIANS, "safety decision"),
    Route("GET", "/", today.today, STAFF),
    Route("GET", "/unanswered", unanswered.groups, READERS),
    Route("POST", "/unanswered/regroup", unanswered.regroup, READERS, "grouped anew"),
    Route("GET", "/unanswered/<group>", unanswered.group, READERS, "group read"),
    Route("POST", "/unanswered/<group>", unanswered.decide, READERS, "group settled"),
    Route("POST", "/decisions/<decision>/undo", unanswered.undo, READERS, "group step undone"),
    Route("GET", "/appointments", appointments.week, CLINICIANS),
    Route("GET", "/appointments/<reference>", appointments.show, CLINICIANS, "contact details read"),
    Route("POST", "/appointments/<reference>/move", appointments.move, CLINICIANS, "appointment moved"),
    Route("POST", "/appointments/<reference>/cancel", appointments.cancel, CLINICIANS, "appointment cancelled"),
    Route("GET", "/call-backs/<reference>", appointments.show_call_back, CLINICIANS, "contact details read"),
    Route("POST", "/call-backs/<reference>/done", appointments.called, CLINICIANS, "call-back done"),
    Route("POST", "/blocks", appointments.block, CLINICIANS, "time blocked"),
    Route("POST", "/blocks/<block>/remove", appointments.unblock, CLINICIANS, "time freed"),
    Route("POST", "/outbox/<task>/again", appointments.send_again, CLINICIANS, "mail sent again"),
    Route("GET", "/hours", hours.form, CLINICIANS),
    Route("POST", "/hours/preview", hours.preview, CLINICIANS, "working hours previewed"),
    Route("POST", "/hours", hours.save, CLINICIANS, "working hours changed"),
    Route("GET", "/numbers", numbers.numbers, READERS),
    Route("GET", "/sample", numbers.sample, READERS, "sample read"),
    Route("POST", "/sample/<message>", numbers.judge, READERS, "answer graded"),
    Route("GET", "/export", numbers.export_form, READERS),
    Route("POST", "/export", numbers.export, READERS, "conversations exported"),
    Route("GET", "/accounts", staff.accounts, ADMINS),
    Route("POST", "/accounts", staff.add, ADMINS, "account added"),
    Route("POST", "/accounts/<account>/reset", staff.reset, ADMINS, "account reset"),
    Route("POST", "/accounts/<account>/remove", staff.remove, ADMINS, "account removed"),
    Route("GET", "/audit", staff.audit, ADMINS),
    Route("POST", "/audit/verify", staff.verify, ADMINS, "audit verified"),
)
