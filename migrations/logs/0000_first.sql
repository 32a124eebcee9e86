CREATE TABLE `keyUsage` (
	`keyId` integer NOT NULL,
	`dayOn` text NOT NULL,
	`method` text NOT NULL,
	`route` text NOT NULL,
	`status` integer NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`keyId`, `dayOn`, `method`, `route`, `status`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `keyUsageByDay` ON `keyUsage` (`dayOn`);--> statement-breakpoint
CREATE TABLE `requestLogs` (
	`id` integer PRIMARY KEY NOT NULL,
	`requestId` text NOT NULL,
	`businessId` integer,
	`accountId` integer,
	`keyId` integer,
	`dialect` text NOT NULL,
	`method` text NOT NULL,
	`route` text,
	`path` text NOT NULL,
	`status` integer NOT NULL,
	`durationMs` integer NOT NULL,
	`errorCode` text,
	`subject` text,
	`subjectId` integer,
	`createdAt` integer NOT NULL,
	`objectKey` text NOT NULL,
	`recordOffset` integer NOT NULL,
	`recordLength` integer NOT NULL,
	CONSTRAINT "requestLogsDialect" CHECK("requestLogs"."dialect" in ('native', 'property', 'rubitime', 'neiros')),
	CONSTRAINT "requestLogsSubject" CHECK(("requestLogs"."subject" is null) = ("requestLogs"."subjectId" is null) and "requestLogs"."subject" in ('booking', 'webhook', 'lead', 'review', 'question', 'message', 'payment', 'invoice')),
	CONSTRAINT "requestLogsCaller" CHECK(("accountId" is null) <> ("keyId" is null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `requestLogsByRequest` ON `requestLogs` (`requestId`);--> statement-breakpoint
CREATE INDEX `requestLogsByBusiness` ON `requestLogs` (`businessId`,`id`) WHERE "businessId" is not null;--> statement-breakpoint
CREATE INDEX `requestLogsByAccount` ON `requestLogs` (`accountId`,`id`) WHERE "accountId" is not null;--> statement-breakpoint
CREATE INDEX `requestLogsFailed` ON `requestLogs` (`businessId`,`id`) WHERE "businessId" is not null and ("errorCode" is not null or "status" >= 400);
--> statement-breakpoint
-- What a table cannot say of itself stands from here on.
-- A request that enters the log is counted for its key. One that is there already does not enter again.
CREATE TRIGGER requestLogsCounted
AFTER INSERT ON requestLogs
WHEN NEW.keyId IS NOT NULL
BEGIN
  INSERT INTO keyUsage (keyId, dayOn, method, route, status, count)
  VALUES (NEW.keyId, date(NEW.createdAt / 1000, 'unixepoch'), NEW.method, coalesce(NEW.route, ''), NEW.status, 1)
  ON CONFLICT DO UPDATE SET count = count + 1;
END;
