"""The roles of the practice's staff. One person may have several."""

REVIEWER = "reviewer"  # reads conversations without disclosures, improves answers
CLINICIAN = "clinician"  # also the safety queue, appointments and how to reach people
ADMIN = "admin"  # accounts and the audit; reads no conversation
ROLES = (REVIEWER, CLINICIAN, ADMIN)
