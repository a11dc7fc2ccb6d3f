"""What no score here can see: printed with every one of them."""

LIMITS = (
    "Only what was reported to and recorded by this force is seen. Most domestic abuse is never reported, so having "
    "few records is no reassurance.",
    "The model predicts that something is recorded again, which depends on reporting and policing as on conduct.",
    "A record is an allegation unless an outcome says otherwise; a score is no evidence against anybody.",
    "Reasons say which recorded facts go together with the score in past data. They do not say what causes what.",
    "Records of other forces, health, housing and courts are not seen unless a partner sent them with the referral.",
)

#: Added when records came with a referral.
PARTNER_LIMIT = (
    "The partner's records are scored as sent: nobody has matched them with police records, and ranks compare them "
    "with people known from police records alone."
)
