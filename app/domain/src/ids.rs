//! The ids of the business.

values::id! {
    /// The id of a client: a whole number from 1.
    pub struct ClientId;
}

values::id! {
    /// The number of a transaction within a client's ledger, from 1 without gaps.
    pub struct EntryId;
}

values::id! {
    /// The id of an administrator's account.
    pub struct AdministratorId;
}

values::id! {
    /// The id of an API client's token.
    pub struct TokenId;
}

values::id! {
    /// The id of an entry in the audit record. Later entries have larger ones.
    pub struct AuditId;
}

values::id! {
    /// The id of a saved view.
    pub struct ViewId;
}
