-- One row per notification of domestic abuse. Its team is that of the child's latest referral open on the day of the
-- incident; the contact that came of it says which child.
with notifications as (
    select
        notification_id, contact_id, incident_on, incident_at, received_on, received_at, is_domestic_abuse,
        false as is_quarantined
    from known.police_notifications
    union all
    select
        coalesce(notification_id, row_digest) as notification_id, contact_id, incident_on, incident_at, received_on,
        received_at, is_domestic_abuse, true as is_quarantined
    from known.quarantined_police_notifications
),

-- Materialized, or an engine may compare every notification with every referral by their dates first.
children as materialized (
    select notifications.notification_id, notifications.incident_on, contacts.child_id
    from notifications
    join known.contacts as contacts on contacts.contact_id = notifications.contact_id
),

open_referrals as (
    select
        children.notification_id,
        referrals.team_id,
        row_number() over (
            partition by children.notification_id
            order by referrals.referred_on desc, referrals.referral_id desc
        ) as place
    from children
    join known.referrals as referrals
        on referrals.child_id = children.child_id
        and referrals.referred_on <= children.incident_on
        and (referrals.closed_on is null or referrals.closed_on > children.incident_on)
    where not coalesce(referrals.is_nfa, false)
)

select
    notifications.notification_id as subject_id,
    contacts.child_id,
    cast(null as text) as worker_id,
    open_referrals.team_id,
    notifications.incident_on as started_on,
    notifications.incident_at as started_at,
    notifications.received_on as stopped_on,
    notifications.received_at as stopped_at,
    cast(null as text) as case_kind,
    cast(null as date) as withdrawn_on,
    case
        when notifications.is_quarantined then 'quarantined'
        when notifications.is_domestic_abuse is null then 'no_type'
    end as left_out_reason
from notifications
left join known.contacts as contacts on contacts.contact_id = notifications.contact_id
left join open_referrals
    on open_referrals.notification_id = notifications.notification_id and open_referrals.place = 1
where coalesce(notifications.is_domestic_abuse, true)
