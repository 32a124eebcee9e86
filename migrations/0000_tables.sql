CREATE TABLE `accounts` (
	`id` integer PRIMARY KEY NOT NULL,
	`email` text,
	`passwordHash` text,
	`firstName` text NOT NULL,
	`lastName` text NOT NULL,
	`phone` text,
	`locale` text,
	`erasedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	CONSTRAINT "accountsErased" CHECK(("accounts"."erasedAt" is null) = ("accounts"."email" is not null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `accountsByEmail` ON `accounts` (`email`);--> statement-breakpoint
CREATE TABLE `refreshTokens` (
	`tokenHash` text PRIMARY KEY NOT NULL,
	`sessionId` integer NOT NULL,
	`replaces` text,
	`createdAt` integer NOT NULL,
	FOREIGN KEY (`sessionId`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `refreshTokensByReplaced` ON `refreshTokens` (`replaces`);--> statement-breakpoint
CREATE INDEX `refreshTokensBySession` ON `refreshTokens` (`sessionId`);--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` integer PRIMARY KEY NOT NULL,
	`accountId` integer NOT NULL,
	`createdAt` integer NOT NULL,
	`expiresAt` integer NOT NULL,
	`revokedAt` integer,
	FOREIGN KEY (`accountId`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `sessionsByAccount` ON `sessions` (`accountId`);--> statement-breakpoint
CREATE INDEX `sessionsByExpiry` ON `sessions` (`expiresAt`);--> statement-breakpoint
CREATE TABLE `bookingHistory` (
	`bookingId` integer NOT NULL,
	`version` integer NOT NULL,
	`businessId` integer NOT NULL,
	`status` text NOT NULL,
	`resourceId` integer,
	`startAt` integer NOT NULL,
	`endAt` integer NOT NULL,
	`reason` text,
	`actorType` text NOT NULL,
	`actorId` integer,
	`requestId` text NOT NULL,
	`eventId` integer,
	`createdAt` integer NOT NULL,
	PRIMARY KEY(`bookingId`, `version`),
	FOREIGN KEY (`bookingId`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `bookings` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`branchId` integer NOT NULL,
	`kind` text NOT NULL,
	`serviceId` integer,
	`resourceId` integer,
	`customerId` integer,
	`customerName` text,
	`customerEmail` text,
	`customerPhone` text,
	`startAt` integer NOT NULL,
	`endAt` integer NOT NULL,
	`blockedFromAt` integer NOT NULL,
	`blockedToAt` integer NOT NULL,
	`units` integer NOT NULL,
	`capacity` integer NOT NULL,
	`timeZone` text NOT NULL,
	`status` text NOT NULL,
	`expiresAt` integer,
	`confirmedAt` integer,
	`paymentStatus` text NOT NULL,
	`priceMinor` integer NOT NULL,
	`currency` text NOT NULL,
	`couponCode` text,
	`discountMinor` integer NOT NULL,
	`notes` text,
	`source` text NOT NULL,
	`customFields` text NOT NULL,
	`parentId` integer,
	`cancelReason` text,
	`version` integer NOT NULL,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`branchId`) REFERENCES `branches`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`serviceId`) REFERENCES `services`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`resourceId`) REFERENCES `resources`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`customerId`) REFERENCES `customers`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bookingsKind" CHECK("bookings"."kind" in ('appointment', 'stay', 'block')),
	CONSTRAINT "bookingsStatus" CHECK("status" in ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in', 'completed', 'cancelled', 'declined', 'expired', 'no_show')),
	CONSTRAINT "bookingsPaymentStatus" CHECK("paymentStatus" in ('not_required', 'unpaid', 'partially_paid', 'paid', 'refunded', 'failed')),
	CONSTRAINT "bookingsOrder" CHECK("bookings"."startAt" < "bookings"."endAt" and "bookings"."blockedFromAt" <= "bookings"."startAt" and "bookings"."blockedToAt" >= "bookings"."endAt"),
	CONSTRAINT "bookingsLength" CHECK("bookings"."blockedToAt" - "bookings"."blockedFromAt" <= case "bookings"."kind" when 'appointment' then 259200000 else 34560000000 end),
	CONSTRAINT "bookingsUnits" CHECK("bookings"."units" between 1 and "bookings"."capacity"),
	CONSTRAINT "bookingsExpiry" CHECK("bookings"."expiresAt" is null or "bookings"."status" in ('held', 'awaiting_payment')),
	CONSTRAINT "bookingsHeld" CHECK("bookings"."status" <> 'held' or "bookings"."expiresAt" is not null),
	CONSTRAINT "bookingsMoney" CHECK("bookings"."priceMinor" >= 0 and "bookings"."discountMinor" >= 0),
	CONSTRAINT "bookingsCustomFields" CHECK(json_valid("bookings"."customFields"))
) STRICT;
--> statement-breakpoint
CREATE INDEX `bookingsByStart` ON `bookings` (`businessId`,`startAt`,`id`);--> statement-breakpoint
CREATE INDEX `bookingsByResource` ON `bookings` (`businessId`,`resourceId`,`startAt`,`id`);--> statement-breakpoint
CREATE INDEX `bookingsByStatus` ON `bookings` (`businessId`,`status`,`startAt`,`id`);--> statement-breakpoint
CREATE INDEX `bookingsByCustomer` ON `bookings` (`businessId`,`customerId`,`startAt`,`id`);--> statement-breakpoint
CREATE INDEX `bookingsBlocking` ON `bookings` (`businessId`,`resourceId`,`blockedFromAt`,`blockedToAt`,`units`,`capacity`,`serviceId`,`expiresAt`,`status`) WHERE "bookings"."status" in ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in');--> statement-breakpoint
CREATE INDEX `bookingsExpiring` ON `bookings` (`expiresAt`) WHERE "bookings"."expiresAt" is not null;--> statement-breakpoint
CREATE TABLE `branches` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`name` text NOT NULL,
	`timeZone` text NOT NULL,
	`isDefault` integer NOT NULL,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "branchesIsDefault" CHECK("branches"."isDefault" in (0, 1))
) STRICT;
--> statement-breakpoint
CREATE INDEX `branchesByBusiness` ON `branches` (`businessId`);--> statement-breakpoint
CREATE UNIQUE INDEX `branchesDefault` ON `branches` (`businessId`) WHERE "branches"."isDefault" = 1;--> statement-breakpoint
CREATE TABLE `businesses` (
	`id` integer PRIMARY KEY NOT NULL,
	`ownerId` integer NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`category` text NOT NULL,
	`description` text,
	`email` text,
	`phone` text,
	`website` text,
	`timeZone` text NOT NULL,
	`currency` text NOT NULL,
	`street` text,
	`city` text,
	`region` text,
	`postalCode` text,
	`country` text,
	`cityKey` text,
	`latitude` real,
	`longitude` real,
	`latitudeBand` integer,
	`ratingSum` integer NOT NULL,
	`ratingCount` integer NOT NULL,
	`active` integer NOT NULL,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`ownerId`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "businessesActive" CHECK("businesses"."active" in (0, 1))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `businessesBySlug` ON `businesses` (`slug`);--> statement-breakpoint
CREATE INDEX `businessesByOwner` ON `businesses` (`ownerId`);--> statement-breakpoint
CREATE INDEX `businessesByCategory` ON `businesses` (`category`,`id`);--> statement-breakpoint
CREATE INDEX `businessesByCity` ON `businesses` (`cityKey`,`id`);--> statement-breakpoint
CREATE INDEX `businessesByPlace` ON `businesses` (`latitudeBand`,`longitude`);--> statement-breakpoint
CREATE TABLE `customers` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`accountId` integer,
	`name` text,
	`email` text,
	`phone` text,
	`erasedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`accountId`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `customersByAccount` ON `customers` (`accountId`,`businessId`) WHERE "customers"."accountId" is not null;--> statement-breakpoint
CREATE INDEX `customersByEmail` ON `customers` (`businessId`,`email`);--> statement-breakpoint
CREATE INDEX `customersByPhone` ON `customers` (`businessId`,`phone`);--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`sequence` integer NOT NULL,
	`type` text NOT NULL,
	`subjectId` integer NOT NULL,
	`subjectVersion` integer NOT NULL,
	`data` text NOT NULL,
	`actorType` text NOT NULL,
	`actorId` integer,
	`requestId` text NOT NULL,
	`createdAt` integer NOT NULL,
	`dispatchedAt` integer,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "eventsData" CHECK(json_valid("events"."data"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `eventsBySequence` ON `events` (`businessId`,`sequence`);--> statement-breakpoint
CREATE INDEX `eventsUndispatched` ON `events` (`createdAt`) WHERE "events"."dispatchedAt" is null;--> statement-breakpoint
CREATE INDEX `eventsByAge` ON `events` (`createdAt`);--> statement-breakpoint
CREATE TABLE `idempotencyRecords` (
	`caller` text NOT NULL,
	`keyHash` text NOT NULL,
	`fingerprint` text NOT NULL,
	`status` integer NOT NULL,
	`body` text NOT NULL,
	`createdAt` integer NOT NULL,
	PRIMARY KEY(`caller`, `keyHash`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `idempotencyRecordsByAge` ON `idempotencyRecords` (`createdAt`);--> statement-breakpoint
CREATE TABLE `members` (
	`businessId` integer NOT NULL,
	`accountId` integer NOT NULL,
	`role` text NOT NULL,
	`resourceId` integer,
	`createdAt` integer NOT NULL,
	PRIMARY KEY(`businessId`, `accountId`),
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`accountId`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`resourceId`) REFERENCES `resources`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "membersRole" CHECK("members"."role" in ('owner', 'staff'))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `membersByAccount` ON `members` (`accountId`,`businessId`);--> statement-breakpoint
CREATE TABLE `resources` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`branchId` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`title` text,
	`email` text,
	`phone` text,
	`active` integer NOT NULL,
	`archivedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`branchId`) REFERENCES `branches`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "resourcesKind" CHECK("resources"."kind" in ('staff', 'room')),
	CONSTRAINT "resourcesActive" CHECK("resources"."active" in (0, 1))
) STRICT;
--> statement-breakpoint
CREATE INDEX `resourcesByBusiness` ON `resources` (`businessId`,`kind`,`id`);--> statement-breakpoint
CREATE TABLE `scheduleOverrides` (
	`businessId` integer NOT NULL,
	`resourceId` integer NOT NULL,
	`dateOn` text NOT NULL,
	`intervals` text NOT NULL,
	PRIMARY KEY(`resourceId`, `dateOn`),
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`resourceId`) REFERENCES `resources`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "scheduleOverridesIntervals" CHECK(json_valid("scheduleOverrides"."intervals")),
	CONSTRAINT "scheduleOverridesDate" CHECK("scheduleOverrides"."dateOn" glob '????-??-??')
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `schedules` (
	`resourceId` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`weekly` text NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`resourceId`) REFERENCES `resources`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "schedulesWeekly" CHECK(json_valid("schedules"."weekly"))
) STRICT;
--> statement-breakpoint
CREATE TABLE `timeOff` (
	`businessId` integer NOT NULL,
	`resourceId` integer NOT NULL,
	`fromAt` integer NOT NULL,
	`toAt` integer NOT NULL,
	`reason` text,
	PRIMARY KEY(`resourceId`, `toAt`, `fromAt`),
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`resourceId`) REFERENCES `resources`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "timeOffOrder" CHECK("timeOff"."fromAt" < "timeOff"."toAt")
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `serviceResources` (
	`businessId` integer NOT NULL,
	`serviceId` integer NOT NULL,
	`resourceId` integer NOT NULL,
	PRIMARY KEY(`serviceId`, `resourceId`),
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`serviceId`) REFERENCES `services`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`resourceId`) REFERENCES `resources`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `serviceResourcesByResource` ON `serviceResources` (`resourceId`);--> statement-breakpoint
CREATE TABLE `services` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`durationMinutes` integer NOT NULL,
	`priceMinor` integer NOT NULL,
	`currency` text NOT NULL,
	`bufferBeforeMinutes` integer NOT NULL,
	`bufferAfterMinutes` integer NOT NULL,
	`capacity` integer NOT NULL,
	`slotIntervalMinutes` integer,
	`minNoticeMinutes` integer NOT NULL,
	`maxAdvanceDays` integer,
	`confirmation` text NOT NULL,
	`prepaymentMinor` integer,
	`active` integer NOT NULL,
	`archivedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "servicesDuration" CHECK("services"."durationMinutes" between 1 and 1440),
	CONSTRAINT "servicesBuffers" CHECK("services"."bufferBeforeMinutes" between 0 and 1440 and "services"."bufferAfterMinutes" between 0 and 1440),
	CONSTRAINT "servicesCapacity" CHECK("services"."capacity" >= 1),
	CONSTRAINT "servicesPrice" CHECK("services"."priceMinor" >= 0 and coalesce("services"."prepaymentMinor", 0) between 0 and "services"."priceMinor"),
	CONSTRAINT "servicesConfirmation" CHECK("services"."confirmation" in ('instant', 'approval')),
	CONSTRAINT "servicesActive" CHECK("services"."active" in (0, 1))
) STRICT;
--> statement-breakpoint
CREATE INDEX `servicesByBusiness` ON `services` (`businessId`,`id`);