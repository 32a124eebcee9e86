-- The database's own word against selling a slot twice: at no instant may more units of a resource be taken than
-- the strictest of the bookings present allows, and different services never share a resource. The units are swept
-- at every instant where one of the bookings begins. What lapsed by the time of the writing does not count.
CREATE TRIGGER bookingsNeverOverlapWhenMade
BEFORE INSERT ON bookings
WHEN NEW.resourceId IS NOT NULL
  AND NEW.status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
  AND (NEW.expiresAt IS NULL OR NEW.expiresAt > NEW.updatedAt)
BEGIN
  SELECT RAISE(ABORT, 'slot_taken')
  WHERE EXISTS (
    WITH present AS (
      SELECT blockedFromAt, blockedToAt, units, capacity, serviceId
      FROM bookings
      WHERE businessId = NEW.businessId AND resourceId = NEW.resourceId
        AND status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
        AND blockedFromAt < NEW.blockedToAt
        AND blockedFromAt >= NEW.blockedFromAt - CASE NEW.kind WHEN 'appointment' THEN 259200000 ELSE 34560000000 END
        AND blockedToAt > NEW.blockedFromAt
        AND (expiresAt IS NULL OR expiresAt > NEW.updatedAt)
        AND id <> NEW.id
    )
    SELECT 1 FROM present WHERE serviceId IS NOT NEW.serviceId
    UNION ALL
    SELECT 1
    FROM (
      SELECT NEW.blockedFromAt AS instant
      UNION SELECT blockedFromAt FROM present WHERE blockedFromAt > NEW.blockedFromAt
    ) AS sweep, present
    WHERE present.blockedFromAt <= sweep.instant AND present.blockedToAt > sweep.instant
    GROUP BY sweep.instant
    HAVING sum(present.units) + NEW.units > min(NEW.capacity, min(present.capacity))
  );
END;
--> statement-breakpoint
-- Nobody can be booked who has left in the meantime.
CREATE TRIGGER bookingsNeverWithArchivedWhenMade
BEFORE INSERT ON bookings
WHEN EXISTS (SELECT 1 FROM resources WHERE id = NEW.resourceId AND archivedAt IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'resource_archived');
END;
--> statement-breakpoint
CREATE TRIGGER bookingsNeverWithArchivedWhenMoved
BEFORE UPDATE OF resourceId ON bookings
WHEN NEW.resourceId IS NOT OLD.resourceId
  AND EXISTS (SELECT 1 FROM resources WHERE id = NEW.resourceId AND archivedAt IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'resource_archived');
END;
--> statement-breakpoint
CREATE TRIGGER bookingsNeverOverlapWhenChanged
BEFORE UPDATE OF resourceId, serviceId, status, expiresAt, blockedFromAt, blockedToAt, units, capacity ON bookings
WHEN NEW.resourceId IS NOT NULL
  AND NEW.status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
  AND (NEW.expiresAt IS NULL OR NEW.expiresAt > NEW.updatedAt)
BEGIN
  SELECT RAISE(ABORT, 'slot_taken')
  WHERE EXISTS (
    WITH present AS (
      SELECT blockedFromAt, blockedToAt, units, capacity, serviceId
      FROM bookings
      WHERE businessId = NEW.businessId AND resourceId = NEW.resourceId
        AND status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
        AND blockedFromAt < NEW.blockedToAt
        AND blockedFromAt >= NEW.blockedFromAt - CASE NEW.kind WHEN 'appointment' THEN 259200000 ELSE 34560000000 END
        AND blockedToAt > NEW.blockedFromAt
        AND (expiresAt IS NULL OR expiresAt > NEW.updatedAt)
        AND id <> NEW.id
    )
    SELECT 1 FROM present WHERE serviceId IS NOT NEW.serviceId
    UNION ALL
    SELECT 1
    FROM (
      SELECT NEW.blockedFromAt AS instant
      UNION SELECT blockedFromAt FROM present WHERE blockedFromAt > NEW.blockedFromAt
    ) AS sweep, present
    WHERE present.blockedFromAt <= sweep.instant AND present.blockedToAt > sweep.instant
    GROUP BY sweep.instant
    HAVING sum(present.units) + NEW.units > min(NEW.capacity, min(present.capacity))
  );
END;
