select
    notification.notification_id as notification_id,
    notification.contact_id as contact_id,
    notification.incident_at as incident,
    notification.sent_at as sent,
    notification.received_at as received,
    notification.is_domestic_abuse as is_domestic_abuse
from ext_police_notifications as notification
