CREATE TABLE `accounts` (
	`id` integer PRIMARY KEY NOT NULL,
	`email` text,
	`passwordHash` text,
	`firstName` text NOT NULL,
	`lastName` text NOT NULL,
	`phone` text,
	`emailVerifiedAt` integer,
	`phoneVerifiedAt` integer,
	`emailReleasedAt` integer,
	`locale` text,
	`erasedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	CONSTRAINT "accountsErased" CHECK(("accounts"."erasedAt" is null and "accounts"."emailReleasedAt" is null) = ("accounts"."email" is not null)),
	CONSTRAINT "accountsTexts" CHECK(length("accounts"."firstName") <= 100 and length("accounts"."lastName") <= 100 and length("accounts"."locale") <= 64 and length("accounts"."email") <= 254 and length("accounts"."phone") <= 40)
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
	`address` text,
	`userAgent` text,
	`createdAt` integer NOT NULL,
	`lastUsedAt` integer NOT NULL,
	`expiresAt` integer NOT NULL,
	`revokedAt` integer,
	FOREIGN KEY (`accountId`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `sessionsByAccount` ON `sessions` (`accountId`,`address`);--> statement-breakpoint
CREATE INDEX `sessionsByExpiry` ON `sessions` (`expiresAt`);--> statement-breakpoint
CREATE TABLE `apiKeys` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`name` text NOT NULL,
	`start` text NOT NULL,
	`lastFour` text NOT NULL,
	`keyHash` text NOT NULL,
	`previousKeyHash` text,
	`previousUntilAt` integer,
	`scopes` text NOT NULL,
	`allowedIps` text,
	`expiresAt` integer,
	`revokedAt` integer,
	`lastUsedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	CONSTRAINT "apiKeysScopes" CHECK(json_valid("apiKeys"."scopes")),
	CONSTRAINT "apiKeysAllowedIps" CHECK("apiKeys"."allowedIps" is null or json_valid("apiKeys"."allowedIps"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `apiKeysByHash` ON `apiKeys` (`keyHash`);--> statement-breakpoint
CREATE UNIQUE INDEX `apiKeysByPreviousHash` ON `apiKeys` (`previousKeyHash`);--> statement-breakpoint
CREATE INDEX `apiKeysByBusiness` ON `apiKeys` (`businessId`,`id`);--> statement-breakpoint
CREATE INDEX `apiKeysLive` ON `apiKeys` (`businessId`,`expiresAt`) WHERE "apiKeys"."revokedAt" is null;--> statement-breakpoint
CREATE TABLE `bookingGroups` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`kind` text NOT NULL,
	`rule` text,
	`createdAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bookingGroupsKind" CHECK("bookingGroups"."kind" in ('series', 'party', 'visit', 'cart')),
	CONSTRAINT "bookingGroupsRule" CHECK(length("bookingGroups"."rule") <= 500 and ("bookingGroups"."rule" is null or "bookingGroups"."kind" = 'series'))
) STRICT;
--> statement-breakpoint
CREATE TABLE `bookings` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`branchId` integer NOT NULL,
	`kind` text NOT NULL,
	`serviceId` integer,
	`resourceId` integer,
	`resourceKind` text,
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
	`couponId` integer,
	`discountMinor` integer NOT NULL,
	`discountKind` text,
	`discountValue` integer,
	`paidMinor` integer NOT NULL,
	`prepaymentMinor` integer,
	`prepaymentDueAt` integer,
	`prepaidAt` integer,
	`notes` text,
	`sourceId` integer,
	`customFields` text NOT NULL,
	`groupId` integer,
	`cancelReason` text,
	`cardToken` text NOT NULL,
	`version` integer NOT NULL,
	`makerId` integer,
	`enteredBy` integer,
	`remindAt` integer,
	`reminderMinutes` integer,
	`remindedAt` integer,
	`removedAt` integer,
	`forgetAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`branchId`) REFERENCES `branches`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`serviceId`) REFERENCES `services`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`resourceId`) REFERENCES `resources`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`customerId`) REFERENCES `customers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`couponId`) REFERENCES `coupons`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`groupId`) REFERENCES `bookingGroups`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`businessId`,`sourceId`) REFERENCES `sources`(`businessId`,`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bookingsKind" CHECK("bookings"."kind" in ('appointment', 'stay', 'block')),
	CONSTRAINT "bookingsResourceKind" CHECK("bookings"."resourceKind" in ('staff', 'room', 'equipment')),
	CONSTRAINT "bookingsStatus" CHECK("bookings"."status" in ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in', 'completed', 'cancelled', 'declined', 'expired', 'no_show')),
	CONSTRAINT "bookingsPaymentStatus" CHECK("bookings"."paymentStatus" in ('not_required', 'unpaid', 'partially_paid', 'paid', 'refunded', 'failed')),
	CONSTRAINT "bookingsOrder" CHECK("bookings"."startAt" < "bookings"."endAt" and "bookings"."blockedFromAt" <= "bookings"."startAt" and "bookings"."blockedToAt" >= "bookings"."endAt"),
	CONSTRAINT "bookingsLength" CHECK("bookings"."blockedToAt" - "bookings"."blockedFromAt" <= case "bookings"."kind" when 'appointment' then 259200000 else 34560000000 end),
	CONSTRAINT "bookingsUnits" CHECK("bookings"."units" between 1 and "bookings"."capacity"),
	CONSTRAINT "bookingsExpiry" CHECK("bookings"."expiresAt" is null or "bookings"."status" in ('held', 'pending', 'awaiting_payment')),
	CONSTRAINT "bookingsHeld" CHECK("bookings"."status" <> 'held' or "bookings"."expiresAt" is not null),
	CONSTRAINT "bookingsMoney" CHECK("bookings"."priceMinor" >= 0 and "bookings"."discountMinor" >= 0 and "bookings"."paidMinor" >= 0 and "bookings"."prepaymentMinor" >= 0),
	CONSTRAINT "bookingsDiscount" CHECK(("bookings"."discountKind" is null) = ("bookings"."discountValue" is null) and "bookings"."discountKind" in ('percent', 'fixed') and "bookings"."discountValue" >= 0 and ("bookings"."discountKind" = 'fixed' or "bookings"."discountValue" <= 10000)),
	CONSTRAINT "bookingsCardToken" CHECK(length("bookings"."cardToken") = 22),
	CONSTRAINT "bookingsRemoved" CHECK("bookings"."removedAt" is null or not "bookings"."status" in ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')),
	CONSTRAINT "bookingsReminder" CHECK("bookings"."remindAt" is not null or "bookings"."reminderMinutes" is null),
	CONSTRAINT "bookingsCustomFields" CHECK(json_valid("bookings"."customFields")),
	CONSTRAINT "bookingsTexts" CHECK(length("bookings"."customerName") <= 256 and length("bookings"."customerEmail") <= 254 and length("bookings"."customerPhone") <= 40 and length("bookings"."notes") <= 2000 and length("bookings"."couponCode") <= 64 and length("bookings"."customFields") <= 8192 and length("bookings"."cancelReason") <= 500)
) STRICT;
--> statement-breakpoint
CREATE INDEX `bookingsByStart` ON `bookings` (`businessId`,`startAt`,`id`,`removedAt`);--> statement-breakpoint
CREATE INDEX `bookingsByResource` ON `bookings` (`businessId`,`resourceId`,`startAt`,`id`,`removedAt`);--> statement-breakpoint
CREATE INDEX `bookingsByStatus` ON `bookings` (`businessId`,`status`,`startAt`,`id`,`removedAt`);--> statement-breakpoint
CREATE INDEX `bookingsByCustomer` ON `bookings` (`businessId`,`customerId`,`startAt`,`id`,`removedAt`);--> statement-breakpoint
CREATE INDEX `bookingsByGroup` ON `bookings` (`groupId`,`id`) WHERE "bookings"."groupId" is not null;--> statement-breakpoint
CREATE INDEX `bookingsBlocking` ON `bookings` (`businessId`,`resourceId`,`blockedFromAt`,`blockedToAt`,`startAt`,`units`,`serviceId`,`expiresAt`,`status`) WHERE "bookings"."status" in ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in');--> statement-breakpoint
CREATE INDEX `bookingsLasting` ON `bookings` (`businessId`,`resourceId`,`blockedFromAt`,`blockedToAt`,`startAt`,`units`,`serviceId`,`expiresAt`,`status`) WHERE "bookings"."kind" <> 'appointment' and "bookings"."status" in ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in');--> statement-breakpoint
CREATE INDEX `bookingsKeepingOut` ON `bookings` (`businessId`,`resourceId`,`blockedFromAt`,`blockedToAt`) WHERE "bookings"."kind" = 'block' and "bookings"."status" in ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in');--> statement-breakpoint
CREATE INDEX `bookingsExpiring` ON `bookings` (`status`,`expiresAt`) WHERE "bookings"."expiresAt" is not null;--> statement-breakpoint
CREATE INDEX `bookingsUnconfirmed` ON `bookings` (`businessId`,`makerId`,`status`,`expiresAt`) WHERE "bookings"."makerId" is not null and "bookings"."status" in ('held', 'pending', 'awaiting_payment');--> statement-breakpoint
CREATE INDEX `bookingsByEdit` ON `bookings` (`businessId`,`updatedAt`,`id`) WHERE "bookings"."kind" <> 'appointment';--> statement-breakpoint
CREATE INDEX `bookingsBySource` ON `bookings` (`businessId`,`sourceId`,`id`) WHERE "bookings"."sourceId" is not null;--> statement-breakpoint
CREATE INDEX `bookingsByMaking` ON `bookings` (`businessId`,`createdAt`,`id`) WHERE "bookings"."kind" <> 'appointment';--> statement-breakpoint
CREATE INDEX `bookingsByPayment` ON `bookings` (`businessId`,`paymentStatus`,`id`) WHERE "bookings"."kind" <> 'appointment';--> statement-breakpoint
CREATE UNIQUE INDEX `bookingsByCardToken` ON `bookings` (`cardToken`);--> statement-breakpoint
CREATE INDEX `bookingsToForget` ON `bookings` (`forgetAt`) WHERE "bookings"."forgetAt" is not null;--> statement-breakpoint
CREATE INDEX `bookingsToRemind` ON `bookings` (`remindAt`) WHERE "bookings"."remindAt" is not null and "bookings"."remindedAt" is null
    and "bookings"."removedAt" is null and "bookings"."status" in ('pending', 'awaiting_payment', 'confirmed', 'rescheduling');--> statement-breakpoint
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
	`createdAt` integer NOT NULL,
	PRIMARY KEY(`bookingId`, `version`),
	FOREIGN KEY (`bookingId`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bookingHistoryReason" CHECK(length("bookingHistory"."reason") <= 500)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `branches` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`name` text NOT NULL,
	`timeZone` text NOT NULL,
	`isDefault` integer NOT NULL,
	`phone` text,
	`email` text,
	`street` text,
	`city` text,
	`region` text,
	`postalCode` text,
	`country` text,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "branchesIsDefault" CHECK("branches"."isDefault" in (0, 1)),
	CONSTRAINT "branchesTexts" CHECK(length("branches"."name") <= 200 and length("branches"."phone") <= 40 and length("branches"."email") <= 254 and length("branches"."street") <= 200 and length("branches"."city") <= 100 and length("branches"."region") <= 100 and length("branches"."postalCode") <= 20 and length("branches"."country") = 2)
) STRICT;
--> statement-breakpoint
CREATE INDEX `branchesByBusiness` ON `branches` (`businessId`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `branchesDefault` ON `branches` (`businessId`) WHERE "branches"."isDefault" = 1;--> statement-breakpoint
CREATE TABLE `businessListings` (
	`id` integer PRIMARY KEY NOT NULL,
	`ownerId` integer NOT NULL,
	`planId` text NOT NULL,
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
	CONSTRAINT "businessListingsActive" CHECK("businessListings"."active" in (0, 1)),
	CONSTRAINT "businessListingsPlan" CHECK("businessListings"."planId" in ('basic', 'premium')),
	CONSTRAINT "businessListingsTexts" CHECK(length("businessListings"."name") <= 200 and length("businessListings"."category") <= 100 and length("businessListings"."description") <= 5000 and length("businessListings"."website") <= 500 and length("businessListings"."street") <= 200 and length("businessListings"."city") <= 100 and length("businessListings"."region") <= 100 and length("businessListings"."postalCode") <= 20 and length("businessListings"."email") <= 254 and length("businessListings"."phone") <= 40)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `businessListingsBySlug` ON `businessListings` (`slug`);--> statement-breakpoint
CREATE INDEX `businessListingsByOwner` ON `businessListings` (`ownerId`);--> statement-breakpoint
CREATE INDEX `businessListingsByAge` ON `businessListings` (`id`) WHERE "active" = 1;--> statement-breakpoint
CREATE INDEX `businessListingsByCategory` ON `businessListings` (`category`,`id`) WHERE "active" = 1;--> statement-breakpoint
CREATE INDEX `businessListingsByCity` ON `businessListings` (`cityKey`,`id`) WHERE "active" = 1;--> statement-breakpoint
CREATE INDEX `businessListingsByCityAndCategory` ON `businessListings` (`cityKey`,`category`,`id`) WHERE "active" = 1;--> statement-breakpoint
CREATE INDEX `businessListingsByPlace` ON `businessListings` (`latitudeBand`,`longitude`) WHERE "active" = 1;--> statement-breakpoint
CREATE TABLE `businesses` (
	`id` integer PRIMARY KEY NOT NULL,
	`timeZone` text NOT NULL,
	`currency` text NOT NULL,
	`active` integer NOT NULL,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	CONSTRAINT "businessesActive" CHECK("businesses"."active" in (0, 1))
) STRICT;
--> statement-breakpoint
CREATE TABLE `coupons` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`code` text NOT NULL,
	`codeKey` text NOT NULL,
	`percentHundredths` integer,
	`amountMinor` integer,
	`currency` text NOT NULL,
	`maxUses` integer,
	`uses` integer NOT NULL,
	`validFromAt` integer,
	`validToAt` integer,
	`serviceIds` text,
	`endedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "couponsCode" CHECK(length("coupons"."code") between 1 and 64),
	CONSTRAINT "couponsKind" CHECK(("coupons"."percentHundredths" is null) <> ("coupons"."amountMinor" is null)),
	CONSTRAINT "couponsPercent" CHECK("coupons"."percentHundredths" between 1 and 10000),
	CONSTRAINT "couponsAmount" CHECK("coupons"."amountMinor" > 0),
	CONSTRAINT "couponsMaxUses" CHECK("coupons"."maxUses" >= 1),
	CONSTRAINT "couponsUses" CHECK("coupons"."uses" >= 0 and ("coupons"."maxUses" is null or "coupons"."uses" <= "coupons"."maxUses")),
	CONSTRAINT "couponsOrder" CHECK("coupons"."validFromAt" < "coupons"."validToAt"),
	CONSTRAINT "couponsServiceIds" CHECK(json_valid("coupons"."serviceIds") and length("coupons"."serviceIds") <= 10000)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `couponsByCode` ON `coupons` (`businessId`,`codeKey`) WHERE "coupons"."endedAt" is null;--> statement-breakpoint
CREATE INDEX `couponsByBusiness` ON `coupons` (`businessId`,`id`);--> statement-breakpoint
CREATE TABLE `customers` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`accountId` integer,
	`name` text,
	`forename` text,
	`email` text,
	`phone` text,
	`companyName` text,
	`taxId` text,
	`kind` text NOT NULL,
	`language` text,
	`countryCode` text,
	`countryId` integer,
	`details` text NOT NULL,
	`words` text DEFAULT '[]' NOT NULL,
	`erasedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "customersErased" CHECK("customers"."erasedAt" is null or "accountId" is null and "name" is null and "forename" is null and "email" is null and "phone" is null and "companyName" is null and "taxId" is null and "kind" is 'none' and "language" is null and "countryCode" is null and "countryId" is null and "details" is '{}' and "words" is '[]'),
	CONSTRAINT "customersKind" CHECK("customers"."kind" in ('none', 'regular', 'unwanted')),
	CONSTRAINT "customersDetails" CHECK(json_valid("customers"."details") and length("customers"."details") <= 8192),
	CONSTRAINT "customersWords" CHECK(json_valid("customers"."words") and length("customers"."words") <= 4096),
	CONSTRAINT "customersTexts" CHECK(length("customers"."name") <= 256 and length("customers"."forename") <= 100 and length("customers"."email") <= 254 and length("customers"."phone") <= 40 and length("customers"."companyName") <= 200 and length("customers"."taxId") <= 40 and length("customers"."language") <= 35 and length("customers"."countryCode") = 2)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `customersByAccount` ON `customers` (`accountId`,`businessId`) WHERE "customers"."accountId" is not null;--> statement-breakpoint
CREATE INDEX `customersByEmail` ON `customers` (`businessId`,`email`) WHERE "accountId" is null;--> statement-breakpoint
CREATE INDEX `customersByPhone` ON `customers` (`businessId`,`phone`) WHERE "accountId" is null;--> statement-breakpoint
CREATE INDEX `customersByBusiness` ON `customers` (`businessId`,`id`) WHERE "erasedAt" is null;--> statement-breakpoint
CREATE INDEX `customersByName` ON `customers` (`businessId`,(case when "name" is null then '' else "name" end) collate nocase,`id`) WHERE "erasedAt" is null;--> statement-breakpoint
CREATE INDEX `customersByForename` ON `customers` (`businessId`,(case when "forename" is null then '' else "forename" end) collate nocase,`id`) WHERE "erasedAt" is null;--> statement-breakpoint
CREATE INDEX `customersByUpdate` ON `customers` (`businessId`,`updatedAt`,`id`) WHERE "erasedAt" is null;--> statement-breakpoint
CREATE TABLE `erasedMarks` (
	`mark` text PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`erasedAt` integer NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `erasedMarksByBusiness` ON `erasedMarks` (`businessId`,`erasedAt`);--> statement-breakpoint
CREATE INDEX `erasedMarksByAge` ON `erasedMarks` (`erasedAt`);--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`sequence` integer NOT NULL,
	`type` text NOT NULL,
	`subject` text NOT NULL,
	`subjectId` integer NOT NULL,
	`data` text NOT NULL,
	`actorType` text NOT NULL,
	`actorId` integer,
	`requestId` text NOT NULL,
	`createdAt` integer NOT NULL,
	`dispatchedAt` integer,
	`announceAt` integer NOT NULL,
	`settleAt` integer,
	`forgetAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "eventsSubject" CHECK("events"."subject" in ('booking', 'webhook', 'lead', 'review', 'question', 'message', 'payment', 'invoice')),
	CONSTRAINT "eventsData" CHECK(json_valid("events"."data"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `eventsBySequence` ON `events` (`businessId`,`sequence`);--> statement-breakpoint
CREATE INDEX `eventsUndispatched` ON `events` (`announceAt`) WHERE "events"."dispatchedAt" is null;--> statement-breakpoint
CREATE INDEX `eventsUnsettled` ON `events` (`settleAt`) WHERE "events"."settleAt" is not null;--> statement-breakpoint
CREATE INDEX `eventsToForget` ON `events` (`forgetAt`);--> statement-breakpoint
CREATE INDEX `eventsOfBusinessByAge` ON `events` (`businessId`,`createdAt`);--> statement-breakpoint
CREATE INDEX `eventsByRequest` ON `events` (`requestId`,`subjectId`);--> statement-breakpoint
CREATE INDEX `eventsOfLeads` ON `events` (`subjectId`) WHERE "subject" = 'lead';--> statement-breakpoint
CREATE TABLE `idempotencyRecords` (
	`caller` text NOT NULL,
	`keyHash` text NOT NULL,
	`fingerprint` text NOT NULL,
	`status` integer NOT NULL,
	`body` text NOT NULL,
	`customerId` integer,
	`createdAt` integer NOT NULL,
	PRIMARY KEY(`caller`, `keyHash`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `idempotencyRecordsByAge` ON `idempotencyRecords` (`createdAt`);--> statement-breakpoint
CREATE INDEX `idempotencyRecordsByCustomer` ON `idempotencyRecords` (`customerId`) WHERE "idempotencyRecords"."customerId" is not null;--> statement-breakpoint
CREATE TABLE `invoiceItems` (
	`businessId` integer NOT NULL,
	`invoiceId` integer NOT NULL,
	`position` integer NOT NULL,
	`name` text NOT NULL,
	`unitPriceMinor` integer NOT NULL,
	`quantityThousandths` integer NOT NULL,
	`unit` text,
	`rate` text NOT NULL,
	`symbol` text,
	`accountId` integer,
	PRIMARY KEY(`invoiceId`, `position`),
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invoiceId`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invoiceItemsPosition" CHECK("invoiceItems"."position" between 1 and 1000),
	CONSTRAINT "invoiceItemsTexts" CHECK(length("invoiceItems"."name") <= 500 and length("invoiceItems"."unit") <= 20 and length("invoiceItems"."rate") <= 10 and length("invoiceItems"."symbol") <= 40)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `invoices` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`type` text NOT NULL,
	`month` text NOT NULL,
	`number` integer,
	`fullNumber` text NOT NULL,
	`format` text NOT NULL,
	`extraChar` text,
	`buyer` text NOT NULL,
	`seller` text NOT NULL,
	`receiver` text,
	`payment` text NOT NULL,
	`paymentStatus` text NOT NULL,
	`issuedOn` text NOT NULL,
	`soldOn` text NOT NULL,
	`paymentOn` text NOT NULL,
	`currency` text NOT NULL,
	`town` text,
	`additionalInfo` text,
	`collectedBy` text,
	`issuedBy` text,
	`goodsCodes` text NOT NULL,
	`customerId` integer,
	`buyerErasedAt` integer,
	`bookingId` integer,
	`prepaymentId` integer,
	`correctionId` integer,
	`words` text NOT NULL,
	`version` integer NOT NULL,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`customerId`) REFERENCES `customers`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`bookingId`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`prepaymentId`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`correctionId`) REFERENCES `invoices`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "invoicesType" CHECK("invoices"."type" in ('standard', 'vat', 'pro_forma', 'advance', 'correction', 'exempt', 'advance_receipt', 'correction_receipt')),
	CONSTRAINT "invoicesPayment" CHECK("invoices"."payment" in ('none', 'cash', 'transfer', 'card', 'virtual_card', 'online')),
	CONSTRAINT "invoicesPaymentStatus" CHECK("invoices"."paymentStatus" in ('unpaid', 'partially_paid', 'paid')),
	CONSTRAINT "invoicesMonth" CHECK("invoices"."month" glob '????-??' and ("invoices"."number" is null or "invoices"."number" >= 1)),
	CONSTRAINT "invoicesDates" CHECK("invoices"."issuedOn" glob "invoices"."month" || '-??' and "invoices"."soldOn" glob '????-??-??' and "invoices"."paymentOn" glob '????-??-??'),
	CONSTRAINT "invoicesParties" CHECK(json_valid("invoices"."buyer") and json_valid("invoices"."seller") and ("invoices"."receiver" is null or json_valid("invoices"."receiver")) and length("invoices"."buyer") <= 4096 and length("invoices"."seller") <= 4096 and length("invoices"."receiver") <= 4096),
	CONSTRAINT "invoicesWords" CHECK(json_valid("invoices"."words") and length("invoices"."words") <= 4096),
	CONSTRAINT "invoicesGoodsCodes" CHECK(json_valid("invoices"."goodsCodes") and length("invoices"."goodsCodes") <= 1000),
	CONSTRAINT "invoicesTexts" CHECK(length("invoices"."fullNumber") <= 100 and length("invoices"."format") <= 50 and length("invoices"."extraChar") <= 10 and length("invoices"."town") <= 100 and length("invoices"."additionalInfo") <= 2000 and length("invoices"."collectedBy") <= 200 and length("invoices"."issuedBy") <= 200)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `invoicesByNumber` ON `invoices` (`businessId`,`type`,`month`,`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `invoicesByFullNumber` ON `invoices` (`businessId`,`type`,`fullNumber`);--> statement-breakpoint
CREATE INDEX `invoicesByBusiness` ON `invoices` (`businessId`,`id`);--> statement-breakpoint
CREATE INDEX `invoicesInOrder` ON `invoices` (`businessId`,`number`,`id`);--> statement-breakpoint
CREATE INDEX `invoicesByIssue` ON `invoices` (`businessId`,`issuedOn`,`id`);--> statement-breakpoint
CREATE INDEX `invoicesByUpdate` ON `invoices` (`businessId`,`updatedAt`,`id`);--> statement-breakpoint
CREATE INDEX `invoicesByBooking` ON `invoices` (`businessId`,`bookingId`,`id`) WHERE "invoices"."bookingId" is not null;--> statement-breakpoint
CREATE INDEX `invoicesByCustomer` ON `invoices` (`customerId`) WHERE "invoices"."customerId" is not null;--> statement-breakpoint
CREATE INDEX `invoicesOfTheErased` ON `invoices` (`issuedOn`,`id`) WHERE "buyerErasedAt" is not null;--> statement-breakpoint
CREATE INDEX `invoicesByPrepayment` ON `invoices` (`prepaymentId`) WHERE "invoices"."prepaymentId" is not null;--> statement-breakpoint
CREATE INDEX `invoicesByCorrection` ON `invoices` (`correctionId`) WHERE "invoices"."correctionId" is not null;--> statement-breakpoint
CREATE TABLE `leadStages` (
	`businessId` integer PRIMARY KEY NOT NULL,
	`stages` text NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "leadStagesStages" CHECK(json_valid("leadStages"."stages") and length("leadStages"."stages") <= 16384)
) STRICT;
--> statement-breakpoint
CREATE TABLE `leads` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`siteId` integer NOT NULL,
	`status` text NOT NULL,
	`stageId` integer,
	`channel` text,
	`traffic` text,
	`visitId` text,
	`clientId` text,
	`callDurationSeconds` integer,
	`recordingUrl` text,
	`name` text,
	`phone` text,
	`phoneDigits` text,
	`email` text,
	`message` text,
	`summMinor` integer NOT NULL,
	`currency` text NOT NULL,
	`isSummByHand` integer NOT NULL,
	`customerId` integer,
	`erasedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`siteId`) REFERENCES `sites`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`customerId`) REFERENCES `customers`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "leadsStatus" CHECK("leads"."status" in ('available', 'accepted', 'taken', 'expired')),
	CONSTRAINT "leadsVisit" CHECK(length("leads"."visitId") = 24),
	CONSTRAINT "leadsCall" CHECK("leads"."callDurationSeconds" >= 0),
	CONSTRAINT "leadsSumm" CHECK("leads"."summMinor" >= 0 and "leads"."isSummByHand" in (0, 1)),
	CONSTRAINT "leadsErased" CHECK("leads"."erasedAt" is null or "visitId" is null and "clientId" is null and "recordingUrl" is null and "name" is null and "phone" is null and "phoneDigits" is null and "email" is null and "message" is null),
	CONSTRAINT "leadsTexts" CHECK(length("leads"."channel") <= 100 and length("leads"."traffic") <= 100 and length("leads"."clientId") <= 100 and length("leads"."recordingUrl") <= 2000 and length("leads"."name") <= 200 and length("leads"."phone") <= 40 and length("leads"."email") <= 254 and length("leads"."message") <= 5000)
) STRICT;
--> statement-breakpoint
CREATE INDEX `leadsByBusiness` ON `leads` (`businessId`,`id`);--> statement-breakpoint
CREATE INDEX `leadsBySite` ON `leads` (`siteId`,`createdAt`,`id`);--> statement-breakpoint
CREATE INDEX `leadsByCustomer` ON `leads` (`customerId`) WHERE "leads"."customerId" is not null;--> statement-breakpoint
CREATE INDEX `leadsByEmail` ON `leads` (`businessId`,`email`) WHERE "leads"."email" is not null;--> statement-breakpoint
CREATE INDEX `leadsByPhone` ON `leads` (`businessId`,`phoneDigits`) WHERE "leads"."phoneDigits" is not null;--> statement-breakpoint
CREATE TABLE `members` (
	`businessId` integer NOT NULL,
	`accountId` integer NOT NULL,
	`role` text NOT NULL,
	`resourceId` integer,
	`createdAt` integer NOT NULL,
	PRIMARY KEY(`businessId`, `accountId`),
	FOREIGN KEY (`accountId`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "membersRole" CHECK("members"."role" in ('owner', 'manager', 'staff'))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `membersByAccount` ON `members` (`accountId`,`businessId`,`role`,`resourceId`);--> statement-breakpoint
CREATE TABLE `nightlyPrices` (
	`businessId` integer NOT NULL,
	`rateId` integer NOT NULL,
	`placeKind` text NOT NULL,
	`placeId` integer NOT NULL,
	`dateOn` text NOT NULL,
	`basePriceMinor` integer NOT NULL,
	`personPrices` text,
	`restrictions` text,
	`editedAt` integer NOT NULL,
	PRIMARY KEY(`rateId`, `placeKind`, `placeId`, `dateOn`),
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`rateId`) REFERENCES `rates`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "nightlyPricesPlaceKind" CHECK("nightlyPrices"."placeKind" in ('room', 'roomType')),
	CONSTRAINT "nightlyPricesDate" CHECK("nightlyPrices"."dateOn" glob '????-??-??'),
	CONSTRAINT "nightlyPricesMoney" CHECK("nightlyPrices"."basePriceMinor" >= 0),
	CONSTRAINT "nightlyPricesJson" CHECK(json_valid("nightlyPrices"."personPrices") and length("nightlyPrices"."personPrices") <= 1024 and json_valid("nightlyPrices"."restrictions") and length("nightlyPrices"."restrictions") <= 512)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `nightlyPricesByDate` ON `nightlyPrices` (`dateOn`);--> statement-breakpoint
CREATE TABLE `rates` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`name` text NOT NULL,
	`meal` text NOT NULL,
	`parentRateId` integer,
	`basisPoints` integer,
	`additionalMinor` integer,
	`roomIds` text,
	`roomTypeIds` text,
	`cancellation` text NOT NULL,
	`archivedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`parentRateId`) REFERENCES `rates`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "ratesMeal" CHECK("rates"."meal" in ('none', 'breakfast', 'half_board', 'full_board', 'all_inclusive', 'dinner', 'breakfast_supper', 'dinner_supper', 'supper')),
	CONSTRAINT "ratesRelation" CHECK("rates"."parentRateId" is not null or ("rates"."basisPoints" is null and "rates"."additionalMinor" is null)),
	CONSTRAINT "ratesPlaces" CHECK(json_valid("rates"."roomIds") and length("rates"."roomIds") <= 8192 and json_valid("rates"."roomTypeIds") and length("rates"."roomTypeIds") <= 8192),
	CONSTRAINT "ratesCancellation" CHECK(json_valid("rates"."cancellation") and length("rates"."cancellation") <= 1024),
	CONSTRAINT "ratesName" CHECK(length("rates"."name") <= 200)
) STRICT;
--> statement-breakpoint
CREATE INDEX `ratesByBusiness` ON `rates` (`businessId`,`id`) WHERE "rates"."archivedAt" is null;--> statement-breakpoint
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
	CONSTRAINT "resourcesKind" CHECK("resources"."kind" in ('staff', 'room', 'equipment')),
	CONSTRAINT "resourcesActive" CHECK("resources"."active" in (0, 1)),
	CONSTRAINT "resourcesTexts" CHECK(length("resources"."name") <= 255 and length("resources"."title") <= 200 and length("resources"."email") <= 254 and length("resources"."phone") <= 40)
) STRICT;
--> statement-breakpoint
CREATE INDEX `resourcesByBusiness` ON `resources` (`businessId`,`kind`,`id`) WHERE "resources"."archivedAt" is null;--> statement-breakpoint
CREATE TABLE `scheduleOverrides` (
	`businessId` integer NOT NULL,
	`resourceId` integer NOT NULL,
	`dateOn` text NOT NULL,
	`intervals` text NOT NULL,
	PRIMARY KEY(`resourceId`, `dateOn`),
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`resourceId`) REFERENCES `resources`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "scheduleOverridesIntervals" CHECK(json_valid("scheduleOverrides"."intervals") and length("scheduleOverrides"."intervals") <= 4096),
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
	CONSTRAINT "schedulesWeekly" CHECK(json_valid("schedules"."weekly") and length("schedules"."weekly") <= 8192)
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
	CONSTRAINT "timeOffReason" CHECK(length("timeOff"."reason") <= 200),
	CONSTRAINT "timeOffOrder" CHECK("timeOff"."fromAt" < "timeOff"."toAt")
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `roomTypes` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`form` text NOT NULL,
	`description` text NOT NULL,
	`singleBeds` integer NOT NULL,
	`doubleBeds` integer NOT NULL,
	`extraBeds` integer NOT NULL,
	`square` real,
	`maxAdults` integer NOT NULL,
	`maxChildren` integer NOT NULL,
	`maxPersons` integer NOT NULL,
	`equipment` text NOT NULL,
	`archivedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "roomTypesBeds" CHECK("roomTypes"."singleBeds" >= 0 and "roomTypes"."doubleBeds" >= 0 and "roomTypes"."extraBeds" >= 0),
	CONSTRAINT "roomTypesPersons" CHECK("roomTypes"."maxPersons" >= 1 and "roomTypes"."maxAdults" between 0 and "roomTypes"."maxPersons" and "roomTypes"."maxChildren" >= 0),
	CONSTRAINT "roomTypesSquare" CHECK("roomTypes"."square" >= 0),
	CONSTRAINT "roomTypesForm" CHECK(length("roomTypes"."form") <= 40),
	CONSTRAINT "roomTypesDescription" CHECK(json_valid("roomTypes"."description") and length("roomTypes"."description") <= 65536),
	CONSTRAINT "roomTypesEquipment" CHECK(json_valid("roomTypes"."equipment") and length("roomTypes"."equipment") <= 4096)
) STRICT;
--> statement-breakpoint
CREATE INDEX `roomTypesByBusiness` ON `roomTypes` (`businessId`,`id`) WHERE "roomTypes"."archivedAt" is null;--> statement-breakpoint
CREATE TABLE `rooms` (
	`resourceId` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`persons` integer NOT NULL,
	`maxAdults` integer NOT NULL,
	`maxChildren` integer NOT NULL,
	`form` text NOT NULL,
	`roomTypeId` integer,
	`singleBeds` integer NOT NULL,
	`doubleBeds` integer NOT NULL,
	`extraBeds` integer NOT NULL,
	`housekeeping` text NOT NULL,
	`housekeepingNotes` text,
	`notes` text,
	`color` text,
	`square` real,
	`squareUnit` text NOT NULL,
	`description` text NOT NULL,
	`equipment` text NOT NULL,
	`isOffered` integer NOT NULL,
	FOREIGN KEY (`resourceId`) REFERENCES `resources`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`roomTypeId`) REFERENCES `roomTypes`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "roomsPersons" CHECK("rooms"."persons" >= 1 and "rooms"."maxAdults" between 0 and "rooms"."persons" and "rooms"."maxChildren" >= 0),
	CONSTRAINT "roomsBeds" CHECK("rooms"."singleBeds" >= 0 and "rooms"."doubleBeds" >= 0 and "rooms"."extraBeds" >= 0),
	CONSTRAINT "roomsHousekeeping" CHECK("rooms"."housekeeping" in ('clean', 'dirty', 'being_cleaned')),
	CONSTRAINT "roomsSquare" CHECK("rooms"."square" >= 0 and "rooms"."squareUnit" in ('m2', 'ft2')),
	CONSTRAINT "roomsIsOffered" CHECK("rooms"."isOffered" in (0, 1)),
	CONSTRAINT "roomsDescription" CHECK(json_valid("rooms"."description") and length("rooms"."description") <= 65536),
	CONSTRAINT "roomsEquipment" CHECK(json_valid("rooms"."equipment") and length("rooms"."equipment") <= 2048),
	CONSTRAINT "roomsTexts" CHECK(length("rooms"."form") <= 40 and length("rooms"."housekeepingNotes") <= 1000 and length("rooms"."notes") <= 2000 and "rooms"."color" glob '#??????')
) STRICT;
--> statement-breakpoint
CREATE INDEX `roomsByType` ON `rooms` (`roomTypeId`) WHERE "rooms"."roomTypeId" is not null;--> statement-breakpoint
CREATE TABLE `searchWords` (
	`businessId` integer NOT NULL,
	`subject` text NOT NULL,
	`word` text NOT NULL,
	`id` integer NOT NULL,
	PRIMARY KEY(`businessId`, `subject`, `word`, `id`),
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "searchWordsSubject" CHECK("searchWords"."subject" in ('customer', 'invoice'))
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
	`changeNoticeMinutes` integer NOT NULL,
	`maxAdvanceDays` integer,
	`confirmation` text NOT NULL,
	`prepaymentMinor` integer,
	`performedBy` text NOT NULL,
	`active` integer NOT NULL,
	`archivedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "servicesPerformedBy" CHECK("services"."performedBy" in ('everybody', 'assigned')),
	CONSTRAINT "servicesDuration" CHECK("services"."durationMinutes" between 1 and 1440),
	CONSTRAINT "servicesBuffers" CHECK("services"."bufferBeforeMinutes" between 0 and 1440 and "services"."bufferAfterMinutes" between 0 and 1440),
	CONSTRAINT "servicesCapacity" CHECK("services"."capacity" >= 1),
	CONSTRAINT "servicesPrice" CHECK("services"."priceMinor" >= 0 and coalesce("services"."prepaymentMinor", 0) between 0 and "services"."priceMinor"),
	CONSTRAINT "servicesConfirmation" CHECK("services"."confirmation" in ('instant', 'approval')),
	CONSTRAINT "servicesActive" CHECK("services"."active" in (0, 1)),
	CONSTRAINT "servicesTexts" CHECK(length("services"."name") <= 200 and length("services"."description") <= 5000)
) STRICT;
--> statement-breakpoint
CREATE INDEX `servicesByBusiness` ON `services` (`businessId`,`id`) WHERE "services"."archivedAt" is null;--> statement-breakpoint
CREATE TABLE `sites` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`name` text NOT NULL,
	`archivedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sitesName" CHECK(length("sites"."name") <= 200)
) STRICT;
--> statement-breakpoint
CREATE INDEX `sitesByBusiness` ON `sites` (`businessId`,`id`) WHERE "archivedAt" is null;--> statement-breakpoint
CREATE TABLE `sources` (
	`businessId` integer NOT NULL,
	`id` integer NOT NULL,
	`name` text NOT NULL,
	`isCustom` integer NOT NULL,
	PRIMARY KEY(`businessId`, `id`),
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "sourcesIsCustom" CHECK("sources"."isCustom" in (0, 1)),
	CONSTRAINT "sourcesName" CHECK(length("sources"."name") <= 100)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `sourcesByName` ON `sources` (`businessId`,`name`);--> statement-breakpoint
CREATE TABLE `stays` (
	`bookingId` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`arrivalOn` text NOT NULL,
	`departureOn` text NOT NULL,
	`adults` integer NOT NULL,
	`children` integer NOT NULL,
	`kidsAges` text,
	`rateId` integer,
	`meal` text NOT NULL,
	`checkInTime` text,
	`checkOutTime` text,
	`doorCode` text,
	`color` text,
	`roomPriceMinor` integer,
	`mealPriceMinor` integer,
	`details` text NOT NULL,
	FOREIGN KEY (`bookingId`) REFERENCES `bookings`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "staysDates" CHECK("stays"."arrivalOn" glob '????-??-??' and "stays"."departureOn" glob '????-??-??' and "stays"."arrivalOn" < "stays"."departureOn"),
	CONSTRAINT "staysPersons" CHECK("stays"."adults" >= 0 and "stays"."children" >= 0),
	CONSTRAINT "staysKidsAges" CHECK(json_array_length("stays"."kidsAges") = "stays"."children"),
	CONSTRAINT "staysMeal" CHECK("stays"."meal" in ('none', 'breakfast', 'half_board', 'full_board', 'all_inclusive', 'dinner', 'breakfast_supper', 'dinner_supper', 'supper')),
	CONSTRAINT "staysTimes" CHECK("stays"."checkInTime" glob '??:??' and "stays"."checkOutTime" glob '??:??'),
	CONSTRAINT "staysMoney" CHECK("stays"."roomPriceMinor" >= 0 and "stays"."mealPriceMinor" >= 0),
	CONSTRAINT "staysDetails" CHECK(json_valid("stays"."details") and length("stays"."details") <= 8192),
	CONSTRAINT "staysTexts" CHECK(length("stays"."doorCode") <= 40 and "stays"."color" glob '#??????')
) STRICT;
--> statement-breakpoint
CREATE INDEX `staysByBusiness` ON `stays` (`businessId`,`bookingId`);--> statement-breakpoint
CREATE INDEX `staysByArrival` ON `stays` (`businessId`,`arrivalOn`);--> statement-breakpoint
CREATE INDEX `staysByDeparture` ON `stays` (`businessId`,`departureOn`);--> statement-breakpoint
CREATE INDEX `staysByRate` ON `stays` (`rateId`,`departureOn`) WHERE "stays"."rateId" is not null;--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`accountId` integer,
	`businessId` integer,
	`secretHash` text NOT NULL,
	`name` text,
	`lastUsedAt` integer,
	`revokedAt` integer,
	`createdAt` integer NOT NULL,
	FOREIGN KEY (`accountId`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "tokensKind" CHECK("tokens"."kind" in ('access', 'calendar', 'card')),
	CONSTRAINT "tokensOwner" CHECK("tokens"."accountId" is not null or "tokens"."businessId" is not null),
	CONSTRAINT "tokensName" CHECK(length("tokens"."name") <= 100)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `tokensByHash` ON `tokens` (`secretHash`);--> statement-breakpoint
CREATE INDEX `tokensByAccount` ON `tokens` (`accountId`,`id`);--> statement-breakpoint
CREATE INDEX `tokensByBusiness` ON `tokens` (`businessId`,`id`);--> statement-breakpoint
CREATE TABLE `webhookAttempts` (
	`deliveryId` integer NOT NULL,
	`attempt` integer NOT NULL,
	`startedAt` integer NOT NULL,
	`durationMs` integer,
	`statusCode` integer,
	`responseHeaders` text,
	`responseBody` text,
	`errorClass` text,
	PRIMARY KEY(`deliveryId`, `attempt`),
	FOREIGN KEY (`deliveryId`) REFERENCES `webhookDeliveries`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `webhookDeliveries` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`webhookId` integer NOT NULL,
	`eventId` integer NOT NULL,
	`sequence` integer NOT NULL,
	`trigger` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`ownFailures` integer NOT NULL,
	`asideAt` integer,
	`nextAttemptAt` integer,
	`createdAt` integer NOT NULL,
	`finishedAt` integer,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`webhookId`) REFERENCES `webhooks`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`eventId`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "webhookDeliveriesTrigger" CHECK("webhookDeliveries"."trigger" in ('event', 'ping', 'redelivery', 'replay')),
	CONSTRAINT "webhookDeliveriesStatus" CHECK("webhookDeliveries"."status" in ('pending', 'sending', 'parked', 'succeeded', 'failed', 'skipped'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `webhookDeliveriesOnce` ON `webhookDeliveries` (`webhookId`,`eventId`) WHERE "webhookDeliveries"."trigger" in ('event', 'ping');--> statement-breakpoint
CREATE INDEX `webhookDeliveriesByStatus` ON `webhookDeliveries` (`webhookId`,`status`,`sequence`,`id`);--> statement-breakpoint
CREATE INDEX `webhookDeliveriesByWebhook` ON `webhookDeliveries` (`webhookId`,`id`);--> statement-breakpoint
CREATE INDEX `webhookDeliveriesDue` ON `webhookDeliveries` (`nextAttemptAt`) WHERE "webhookDeliveries"."nextAttemptAt" is not null;--> statement-breakpoint
CREATE INDEX `webhookDeliveriesByEvent` ON `webhookDeliveries` (`eventId`);--> statement-breakpoint
CREATE INDEX `webhookDeliveriesReplaying` ON `webhookDeliveries` (`webhookId`) WHERE "webhookDeliveries"."trigger" = 'replay' and "webhookDeliveries"."attempts" = 0 and "webhookDeliveries"."status" in ('pending', 'parked');--> statement-breakpoint
CREATE TABLE `webhooks` (
	`id` integer PRIMARY KEY NOT NULL,
	`businessId` integer NOT NULL,
	`url` text NOT NULL,
	`events` text NOT NULL,
	`format` text NOT NULL,
	`active` integer NOT NULL,
	`sealedSecret` text NOT NULL,
	`sealedNextSecret` text,
	`nextSecretAt` integer,
	`failures` integer NOT NULL,
	`failingSinceAt` integer,
	`parkedAt` integer,
	`lastSuccessAt` integer,
	`byHandUntilAt` integer,
	`replayingUntilAt` integer,
	`disabledAt` integer,
	`disabledReason` text,
	`deletedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "webhooksFormat" CHECK("webhooks"."format" in ('native', 'property', 'rubitime')),
	CONSTRAINT "webhooksActive" CHECK("webhooks"."active" in (0, 1)),
	CONSTRAINT "webhooksEvents" CHECK(json_valid("webhooks"."events"))
) STRICT;
--> statement-breakpoint
CREATE INDEX `webhooksByBusiness` ON `webhooks` (`businessId`,`id`) WHERE "webhooks"."deletedAt" is null;--> statement-breakpoint
CREATE INDEX `webhooksReplaying` ON `webhooks` (`businessId`,`replayingUntilAt`) WHERE "webhooks"."replayingUntilAt" is not null;--> statement-breakpoint
CREATE INDEX `webhooksParked` ON `webhooks` (`parkedAt`) WHERE "webhooks"."parkedAt" is not null;--> statement-breakpoint
CREATE INDEX `webhooksFailing` ON `webhooks` (`failingSinceAt`) WHERE "webhooks"."failingSinceAt" is not null and "webhooks"."active" = 1;--> statement-breakpoint
CREATE INDEX `webhooksRotating` ON `webhooks` (`nextSecretAt`) WHERE "webhooks"."nextSecretAt" is not null;
--> statement-breakpoint
-- What a table cannot say of itself stands from here on.
-- The database's own word against selling a slot twice: a resource is one session's at a time, buffers included, and
-- no booking comes to a session in which not all of its units have room. A session is a service that begins at one
-- instant; what stands keeps what it has, whatever the capacity has become. What lapsed by the time of the writing does
-- not count. An appointment takes three days at most, so only stays and blocks of time are looked for further back.
CREATE TRIGGER bookingsNeverOverlapWhenMade
BEFORE INSERT ON bookings
WHEN NEW.resourceId IS NOT NULL
  AND NEW.status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
  AND (NEW.expiresAt IS NULL OR NEW.expiresAt > NEW.updatedAt)
BEGIN
  SELECT RAISE(ABORT, 'slot_taken')
  WHERE EXISTS (
    WITH present AS MATERIALIZED (
      SELECT startAt, units, serviceId
      FROM bookings
      WHERE businessId = NEW.businessId AND resourceId = NEW.resourceId
        AND status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
        AND blockedFromAt < NEW.blockedToAt AND blockedFromAt >= NEW.blockedFromAt - 259200000
        AND blockedToAt > NEW.blockedFromAt
        AND (expiresAt IS NULL OR expiresAt > NEW.updatedAt)
        AND id <> NEW.id
      UNION ALL
      SELECT startAt, units, serviceId
      FROM bookings
      WHERE businessId = NEW.businessId AND resourceId = NEW.resourceId
        AND status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
        AND kind <> 'appointment'
        AND blockedFromAt < NEW.blockedFromAt - 259200000 AND blockedFromAt >= NEW.blockedFromAt - 34560000000
        AND blockedToAt > NEW.blockedFromAt
        AND (expiresAt IS NULL OR expiresAt > NEW.updatedAt)
        AND id <> NEW.id
    )
    SELECT 1 FROM present WHERE serviceId IS NOT NEW.serviceId OR startAt <> NEW.startAt
    UNION ALL
    SELECT 1 WHERE NEW.units + (SELECT sum(units) FROM present) > NEW.capacity
  );
END;
--> statement-breakpoint
-- Nobody keeps a calendar from all others: in a business an account has at most three holds and ten bookings that are
-- neither confirmed nor paid, the keys together two hundred holds. The business itself, which has no maker, has no limit.
CREATE TRIGGER bookingsNeverHoardedWhenMade
BEFORE INSERT ON bookings
WHEN NEW.makerId IS NOT NULL AND NEW.status IN ('held', 'pending', 'awaiting_payment')
BEGIN
  SELECT RAISE(ABORT, 'too_many_holds')
  WHERE NEW.status = 'held' AND (
    SELECT count(*) FROM bookings
    WHERE businessId = NEW.businessId AND makerId = NEW.makerId AND makerId IS NOT NULL
      AND status IN ('held', 'pending', 'awaiting_payment') AND status = 'held' AND expiresAt > NEW.updatedAt
  ) >= CASE NEW.makerId WHEN 0 THEN 200 ELSE 3 END;
  SELECT RAISE(ABORT, 'too_many_open')
  WHERE NEW.status <> 'held' AND NEW.makerId <> 0 AND (
    SELECT count(*) FROM bookings
    WHERE businessId = NEW.businessId AND makerId = NEW.makerId AND makerId IS NOT NULL
      AND status IN ('held', 'pending', 'awaiting_payment') AND status <> 'held' AND expiresAt > NEW.updatedAt
  ) >= 10;
END;
--> statement-breakpoint
CREATE TRIGGER bookingsNeverHoardedWhenBooked
BEFORE UPDATE OF status ON bookings
WHEN NEW.makerId <> 0 AND OLD.status = 'held' AND NEW.status IN ('pending', 'awaiting_payment')
BEGIN
  SELECT RAISE(ABORT, 'too_many_open')
  WHERE (
    SELECT count(*) FROM bookings
    WHERE businessId = NEW.businessId AND makerId = NEW.makerId AND makerId IS NOT NULL
      AND status IN ('held', 'pending', 'awaiting_payment') AND status <> 'held' AND expiresAt > NEW.updatedAt
  ) >= 10;
END;
--> statement-breakpoint
-- Nobody can be booked who has left in the meantime, nor what was called off come back to them.
CREATE TRIGGER bookingsNeverWithArchivedWhenMade
BEFORE INSERT ON bookings
WHEN EXISTS (SELECT 1 FROM resources WHERE id = NEW.resourceId AND archivedAt IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'resource_archived');
END;
--> statement-breakpoint
CREATE TRIGGER bookingsNeverWithArchivedWhenMoved
BEFORE UPDATE OF resourceId, status ON bookings
WHEN (
    NEW.resourceId IS NOT OLD.resourceId
    OR (
      OLD.status NOT IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
      AND NEW.status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
    )
  )
  AND EXISTS (SELECT 1 FROM resources WHERE id = NEW.resourceId AND archivedAt IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'resource_archived');
END;
--> statement-breakpoint
-- What is called off or brought back as one fits into one request.
CREATE TRIGGER groupsNeverTooLarge BEFORE INSERT ON bookings
WHEN NEW.kind <> 'appointment' AND NEW.groupId IS NOT NULL
  AND 100 <= (SELECT count(*) FROM (SELECT 1 FROM bookings WHERE groupId = NEW.groupId LIMIT 100))
BEGIN
  SELECT RAISE(ABORT, 'group_full');
END;
--> statement-breakpoint
-- No stay is noted for a guest whom the business has deleted in the meantime.
CREATE TRIGGER staysNeverOfTheErasedWhenMade
BEFORE INSERT ON bookings
WHEN NEW.kind = 'stay' AND EXISTS (SELECT 1 FROM customers WHERE id = NEW.customerId AND erasedAt IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'customer_gone');
END;
--> statement-breakpoint
CREATE TRIGGER staysNeverOfTheErasedWhenChanged
BEFORE UPDATE OF customerId ON bookings
WHEN NEW.kind = 'stay' AND NEW.customerId IS NOT OLD.customerId
  AND EXISTS (SELECT 1 FROM customers WHERE id = NEW.customerId AND erasedAt IS NOT NULL)
BEGIN
  SELECT RAISE(ABORT, 'customer_gone');
END;
--> statement-breakpoint
-- Whoever stays the night needs a room; by the hour anything can be booked, and anything can be blocked.
CREATE TRIGGER bookingsNeverStayElsewhereWhenMade
BEFORE INSERT ON bookings
WHEN NEW.kind = 'stay' AND EXISTS (SELECT 1 FROM resources WHERE id = NEW.resourceId AND kind <> 'room')
BEGIN
  SELECT RAISE(ABORT, 'stay_needs_room');
END;
--> statement-breakpoint
CREATE TRIGGER bookingsNeverStayElsewhereWhenMoved
BEFORE UPDATE OF kind, resourceId ON bookings
WHEN NEW.kind = 'stay' AND EXISTS (SELECT 1 FROM resources WHERE id = NEW.resourceId AND kind <> 'room')
BEGIN
  SELECT RAISE(ABORT, 'stay_needs_room');
END;
--> statement-breakpoint
-- What a booking says of its resource is true.
CREATE TRIGGER bookingsKnowTheirResourceWhenMade
BEFORE INSERT ON bookings
WHEN NEW.resourceKind IS NOT NULL
  AND NEW.resourceKind IS NOT (SELECT kind FROM resources WHERE id = NEW.resourceId)
BEGIN
  SELECT RAISE(ABORT, 'resource_kind');
END;
--> statement-breakpoint
CREATE TRIGGER bookingsKnowTheirResourceWhenMoved
BEFORE UPDATE OF resourceId, resourceKind ON bookings
WHEN NEW.resourceKind IS NOT NULL
  AND NEW.resourceKind IS NOT (SELECT kind FROM resources WHERE id = NEW.resourceId)
BEGIN
  SELECT RAISE(ABORT, 'resource_kind');
END;
--> statement-breakpoint
CREATE TRIGGER bookingsNeverOverlapWhenChanged
BEFORE UPDATE OF resourceId, serviceId, status, expiresAt, startAt, blockedFromAt, blockedToAt, units, capacity ON bookings
WHEN NEW.resourceId IS NOT NULL
  AND NOT (
    OLD.status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
    AND OLD.expiresAt IS NULL
    AND NEW.resourceId IS OLD.resourceId AND NEW.serviceId IS OLD.serviceId AND NEW.startAt = OLD.startAt
    AND NEW.blockedFromAt >= OLD.blockedFromAt AND NEW.blockedToAt <= OLD.blockedToAt AND NEW.units <= OLD.units
  )
  AND NEW.status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
  AND (NEW.expiresAt IS NULL OR NEW.expiresAt > NEW.updatedAt)
BEGIN
  SELECT RAISE(ABORT, 'slot_taken')
  WHERE EXISTS (
    WITH present AS MATERIALIZED (
      SELECT startAt, units, serviceId
      FROM bookings
      WHERE businessId = NEW.businessId AND resourceId = NEW.resourceId
        AND status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
        AND blockedFromAt < NEW.blockedToAt AND blockedFromAt >= NEW.blockedFromAt - 259200000
        AND blockedToAt > NEW.blockedFromAt
        AND (expiresAt IS NULL OR expiresAt > NEW.updatedAt)
        AND id <> NEW.id
      UNION ALL
      SELECT startAt, units, serviceId
      FROM bookings
      WHERE businessId = NEW.businessId AND resourceId = NEW.resourceId
        AND status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
        AND kind <> 'appointment'
        AND blockedFromAt < NEW.blockedFromAt - 259200000 AND blockedFromAt >= NEW.blockedFromAt - 34560000000
        AND blockedToAt > NEW.blockedFromAt
        AND (expiresAt IS NULL OR expiresAt > NEW.updatedAt)
        AND id <> NEW.id
    )
    SELECT 1 FROM present WHERE serviceId IS NOT NEW.serviceId OR startAt <> NEW.startAt
    UNION ALL
    SELECT 1 WHERE NEW.units + (SELECT sum(units) FROM present)
      > max(NEW.capacity, coalesce((SELECT capacity FROM services WHERE id = NEW.serviceId), 0))
  );
END;
--> statement-breakpoint
-- What a search may have to read of a business is bounded.
CREATE TRIGGER resourcesNeverTooMany BEFORE INSERT ON resources
WHEN 200 <= (SELECT count(*) FROM resources WHERE businessId = NEW.businessId AND kind = NEW.kind AND archivedAt IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'too_many_resources');
END;
--> statement-breakpoint
CREATE TRIGGER branchesNeverTooMany BEFORE INSERT ON branches
WHEN 100 <= (SELECT count(*) FROM branches WHERE businessId = NEW.businessId)
BEGIN
  SELECT RAISE(ABORT, 'too_many_branches');
END;
--> statement-breakpoint
CREATE TRIGGER sourcesNeverTooMany BEFORE INSERT ON sources
WHEN 500 <= (SELECT count(*) FROM sources WHERE businessId = NEW.businessId)
BEGIN
  SELECT RAISE(ABORT, 'too_many_sources');
END;
--> statement-breakpoint
CREATE TRIGGER servicesNeverTooMany BEFORE INSERT ON services
WHEN 500 <= (SELECT count(*) FROM services WHERE businessId = NEW.businessId AND archivedAt IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'too_many_services');
END;
--> statement-breakpoint
-- What a person is to all of their businesses is read with the first of each of their requests.
CREATE TRIGGER membersNeverTooMany BEFORE INSERT ON members
WHEN 100 <= (SELECT count(*) FROM members WHERE accountId = NEW.accountId)
BEGIN
  SELECT RAISE(ABORT, 'too_many_memberships');
END;
--> statement-breakpoint
-- Where bookings come from, as every business knows it from its first day.
CREATE TRIGGER sourcesOfEveryBusiness AFTER INSERT ON businesses BEGIN
  INSERT INTO sources (businessId, id, name, isCustom)
  VALUES (NEW.id, 1, 'Direct', 0), (NEW.id, 2, 'Phone', 0), (NEW.id, 3, 'Website', 0),
    (NEW.id, 4, 'booking.com', 0), (NEW.id, 5, 'airbnb', 0), (NEW.id, 6, 'expedia', 0);
END;
--> statement-breakpoint
-- Lists that are always whole, and prices derived along them, are bounded.
CREATE TRIGGER ratesNeverTooMany BEFORE INSERT ON rates
WHEN 100 <= (SELECT count(*) FROM rates WHERE businessId = NEW.businessId AND archivedAt IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'too_many_rates');
END;
--> statement-breakpoint
CREATE TRIGGER roomTypesNeverTooMany BEFORE INSERT ON roomTypes
WHEN 100 <= (SELECT count(*) FROM roomTypes WHERE businessId = NEW.businessId AND archivedAt IS NULL)
BEGIN
  SELECT RAISE(ABORT, 'too_many_room_types');
END;
--> statement-breakpoint
-- A rate is derived from another of its business that is there, and never from itself.
CREATE TRIGGER ratesNeverOfStrangersWhenMade BEFORE INSERT ON rates
WHEN NEW.parentRateId IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM rates WHERE id = NEW.parentRateId AND businessId = NEW.businessId AND archivedAt IS NULL
)
BEGIN
  SELECT RAISE(ABORT, 'rate_parent');
END;
--> statement-breakpoint
CREATE TRIGGER ratesNeverOfStrangersWhenChanged BEFORE UPDATE OF parentRateId ON rates
WHEN NEW.parentRateId IS NOT NULL AND NEW.parentRateId IS NOT OLD.parentRateId
BEGIN
  SELECT RAISE(ABORT, 'rate_parent')
  WHERE NOT EXISTS (
    SELECT 1 FROM rates WHERE id = NEW.parentRateId AND businessId = NEW.businessId AND archivedAt IS NULL
  ) OR NEW.id IN (
    WITH RECURSIVE ancestors (id) AS (
      SELECT NEW.parentRateId
      UNION
      SELECT rates.parentRateId FROM ancestors CROSS JOIN rates ON rates.id = ancestors.id
      WHERE rates.parentRateId IS NOT NULL
    )
    SELECT id FROM ancestors
  );
END;
--> statement-breakpoint
-- No rate goes while prices are derived from it, or guests are still to come at it.
CREATE TRIGGER ratesNeverMissed BEFORE UPDATE OF archivedAt ON rates
WHEN NEW.archivedAt IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'rate_has_derived')
  WHERE EXISTS (
    SELECT 1 FROM rates WHERE businessId = NEW.businessId AND archivedAt IS NULL AND parentRateId = NEW.id
  );
  SELECT RAISE(ABORT, 'rate_in_use')
  WHERE EXISTS (
    SELECT 1 FROM stays CROSS JOIN bookings ON bookings.id = stays.bookingId
    WHERE stays.rateId = NEW.id AND stays.departureOn >= date((NEW.archivedAt - 86400000) / 1000, 'unixepoch')
      AND bookings.status IN ('held', 'pending', 'awaiting_payment', 'confirmed', 'rescheduling', 'checked_in')
      AND (bookings.expiresAt IS NULL OR bookings.expiresAt > NEW.archivedAt) AND bookings.endAt > NEW.archivedAt
  );
END;
--> statement-breakpoint
CREATE TRIGGER staysNeverAtStrangeRatesWhenMade BEFORE INSERT ON stays
WHEN NEW.rateId IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM rates WHERE id = NEW.rateId AND businessId = NEW.businessId AND archivedAt IS NULL
)
BEGIN
  SELECT RAISE(ABORT, 'rate_gone');
END;
--> statement-breakpoint
CREATE TRIGGER staysNeverAtStrangeRatesWhenChanged BEFORE UPDATE OF rateId ON stays
WHEN NEW.rateId IS NOT NULL AND NEW.rateId IS NOT OLD.rateId AND NOT EXISTS (
  SELECT 1 FROM rates WHERE id = NEW.rateId AND businessId = NEW.businessId AND archivedAt IS NULL
)
BEGIN
  SELECT RAISE(ABORT, 'rate_gone');
END;
--> statement-breakpoint
-- A room is of a type that is there, and no type goes while rooms are of it.
CREATE TRIGGER roomsNeverOfStrangeTypesWhenMade BEFORE INSERT ON rooms
WHEN NEW.roomTypeId IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM roomTypes WHERE id = NEW.roomTypeId AND businessId = NEW.businessId AND archivedAt IS NULL
)
BEGIN
  SELECT RAISE(ABORT, 'room_type_gone');
END;
--> statement-breakpoint
CREATE TRIGGER roomsNeverOfStrangeTypesWhenChanged BEFORE UPDATE OF roomTypeId ON rooms
WHEN NEW.roomTypeId IS NOT NULL AND NEW.roomTypeId IS NOT OLD.roomTypeId AND NOT EXISTS (
  SELECT 1 FROM roomTypes WHERE id = NEW.roomTypeId AND businessId = NEW.businessId AND archivedAt IS NULL
)
BEGIN
  SELECT RAISE(ABORT, 'room_type_gone');
END;
--> statement-breakpoint
CREATE TRIGGER roomTypesNeverMissed BEFORE UPDATE OF archivedAt ON roomTypes
WHEN NEW.archivedAt IS NOT NULL AND EXISTS (
  SELECT 1 FROM rooms CROSS JOIN resources ON resources.id = rooms.resourceId
  WHERE rooms.roomTypeId = NEW.id AND resources.archivedAt IS NULL
)
BEGIN
  SELECT RAISE(ABORT, 'room_type_in_use');
END;
--> statement-breakpoint
-- What is gone is named by no rate any more.
CREATE TRIGGER ratesOfGoneRooms AFTER UPDATE OF archivedAt ON resources
WHEN NEW.archivedAt IS NOT NULL AND NEW.kind = 'room'
BEGIN
  UPDATE rates SET roomIds = (SELECT json_group_array(value) FROM json_each(roomIds) WHERE value <> NEW.id)
  WHERE businessId = NEW.businessId AND archivedAt IS NULL AND roomIds IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER ratesOfGoneRoomTypes AFTER UPDATE OF archivedAt ON roomTypes
WHEN NEW.archivedAt IS NOT NULL
BEGIN
  UPDATE rates SET roomTypeIds = (SELECT json_group_array(value) FROM json_each(roomTypeIds) WHERE value <> NEW.id)
  WHERE businessId = NEW.businessId AND archivedAt IS NULL AND roomTypeIds IS NOT NULL;
END;
--> statement-breakpoint
-- Words by which a business is found; kept by the database, so that no write can forget it.
CREATE VIRTUAL TABLE businessWords USING fts5(
  name, category, city, description,
  content = 'businessListings', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
--> statement-breakpoint
CREATE TRIGGER businessWordsWhenMade AFTER INSERT ON businessListings BEGIN
  INSERT INTO businessWords (rowid, name, category, city, description)
  VALUES (NEW.id, NEW.name, NEW.category, NEW.city, NEW.description);
END;
--> statement-breakpoint
CREATE TRIGGER businessWordsWhenChanged AFTER UPDATE OF name, category, city, description ON businessListings BEGIN
  INSERT INTO businessWords (businessWords, rowid, name, category, city, description)
  VALUES ('delete', OLD.id, OLD.name, OLD.category, OLD.city, OLD.description);
  INSERT INTO businessWords (rowid, name, category, city, description)
  VALUES (NEW.id, NEW.name, NEW.category, NEW.city, NEW.description);
END;
--> statement-breakpoint
CREATE TRIGGER businessWordsWhenRemoved AFTER DELETE ON businessListings BEGIN
  INSERT INTO businessWords (businessWords, rowid, name, category, city, description)
  VALUES ('delete', OLD.id, OLD.name, OLD.category, OLD.city, OLD.description);
END;
--> statement-breakpoint
-- Nobody is erased while a booking still tells of them.
CREATE TRIGGER customersErasedEverywhere BEFORE UPDATE OF erasedAt ON customers
WHEN NEW.erasedAt IS NOT NULL AND EXISTS (
  SELECT 1 FROM bookings
  WHERE businessId = NEW.businessId AND customerId = NEW.id
    AND (customerName IS NOT NULL OR customerEmail IS NOT NULL OR customerPhone IS NOT NULL
      OR notes IS NOT NULL OR customFields <> '{}' OR cancelReason IS NOT NULL
      OR EXISTS (SELECT 1 FROM stays WHERE bookingId = bookings.id
        AND (kidsAges IS NOT NULL OR doorCode IS NOT NULL OR details <> '{}')))
)
BEGIN
  SELECT RAISE(ABORT, 'customer_named');
END;
--> statement-breakpoint
-- Whoever was erased stays erased: what was on its way with their name is kept without it.
CREATE TRIGGER customersOfTheErasedWhenMade AFTER INSERT ON customers
WHEN EXISTS (SELECT 1 FROM erasedMarks WHERE mark = 'account:' || NEW.accountId)
BEGIN
  UPDATE customers
  SET accountId = NULL, name = NULL, forename = NULL, email = NULL, phone = NULL, companyName = NULL, taxId = NULL,
    kind = 'none', language = NULL, countryCode = NULL, countryId = NULL, details = '{}', words = '[]',
    erasedAt = NEW.createdAt
  WHERE id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER bookingsOfTheErasedWhenMade AFTER INSERT ON bookings
WHEN EXISTS (SELECT 1 FROM customers WHERE id = NEW.customerId AND erasedAt IS NOT NULL)
BEGIN
  UPDATE bookings
  SET customerName = NULL, customerEmail = NULL, customerPhone = NULL,
    notes = NULL, customFields = '{}', cancelReason = NULL
  WHERE id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER bookingsOfTheErasedWhenChanged
AFTER UPDATE OF customerId, customerName, customerEmail, customerPhone, notes, customFields, cancelReason ON bookings
WHEN EXISTS (SELECT 1 FROM customers WHERE id = NEW.customerId AND erasedAt IS NOT NULL)
BEGIN
  UPDATE bookings
  SET customerName = NULL, customerEmail = NULL, customerPhone = NULL,
    notes = NULL, customFields = '{}', cancelReason = NULL
  WHERE id = NEW.id;
END;
--> statement-breakpoint
-- A hold that is forgotten takes its stay along. A cascade would also do so when a migration rebuilds the bookings.
CREATE TRIGGER staysOfTheForgotten BEFORE DELETE ON bookings BEGIN
  DELETE FROM stays WHERE bookingId = OLD.id;
END;
--> statement-breakpoint
CREATE TRIGGER staysOfTheErasedWhenMade AFTER INSERT ON stays
WHEN EXISTS (
  SELECT 1 FROM bookings JOIN customers ON customers.id = bookings.customerId
  WHERE bookings.id = NEW.bookingId AND customers.erasedAt IS NOT NULL
)
BEGIN
  UPDATE stays SET kidsAges = NULL, doorCode = NULL, details = '{}' WHERE bookingId = NEW.bookingId;
END;
--> statement-breakpoint
CREATE TRIGGER staysOfTheErasedWhenChanged AFTER UPDATE OF kidsAges, doorCode, details ON stays
WHEN EXISTS (
  SELECT 1 FROM bookings JOIN customers ON customers.id = bookings.customerId
  WHERE bookings.id = NEW.bookingId AND customers.erasedAt IS NOT NULL
)
BEGIN
  UPDATE stays SET kidsAges = NULL, doorCode = NULL, details = '{}' WHERE bookingId = NEW.bookingId;
END;
--> statement-breakpoint
CREATE TRIGGER bookingHistoryOfTheErased AFTER INSERT ON bookingHistory
WHEN NEW.reason IS NOT NULL AND EXISTS (
  SELECT 1 FROM bookings JOIN customers ON customers.id = bookings.customerId
  WHERE bookings.id = NEW.bookingId AND customers.erasedAt IS NOT NULL
)
BEGIN
  UPDATE bookingHistory SET reason = NULL WHERE bookingId = NEW.bookingId AND version = NEW.version;
END;
--> statement-breakpoint
CREATE TRIGGER eventsOfTheErased AFTER INSERT ON events
WHEN NEW.subject = 'booking' AND EXISTS (SELECT 1 FROM customers WHERE id = NEW.data ->> '$.customerId' AND erasedAt IS NOT NULL)
BEGIN
  UPDATE events
  SET data = json_replace(data, '$.customerName', NULL, '$.customerEmail', NULL, '$.customerPhone', NULL,
    '$.notes', NULL, '$.customFields', '{}', '$.cancelReason', NULL)
  WHERE id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER leadsOfTheErasedWhenBooked AFTER UPDATE OF customerId ON leads
WHEN EXISTS (SELECT 1 FROM customers WHERE id = NEW.customerId AND erasedAt IS NOT NULL)
BEGIN
  UPDATE leads
  SET visitId = NULL, clientId = NULL, recordingUrl = NULL, name = NULL, phone = NULL, phoneDigits = NULL,
    email = NULL, message = NULL, erasedAt = NEW.updatedAt
  WHERE id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER leadEventsOfTheErased AFTER INSERT ON events
WHEN NEW.subject = 'lead' AND EXISTS (SELECT 1 FROM leads WHERE id = NEW.subjectId AND erasedAt IS NOT NULL)
BEGIN
  UPDATE events
  SET data = json_replace(data, '$.visitId', NULL, '$.clientId', NULL, '$.recordingUrl', NULL, '$.name', NULL,
    '$.phone', NULL, '$.email', NULL, '$.message', NULL)
  WHERE id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER webhookAnswersOfErasedLeads AFTER UPDATE OF responseBody ON webhookAttempts
WHEN NEW.responseBody IS NOT NULL AND EXISTS (
  SELECT 1 FROM webhookDeliveries
  JOIN events ON events.id = webhookDeliveries.eventId
  JOIN leads ON leads.id = events.subjectId
  WHERE webhookDeliveries.id = NEW.deliveryId AND events.subject = 'lead' AND leads.erasedAt IS NOT NULL
)
BEGIN
  UPDATE webhookAttempts SET responseHeaders = NULL, responseBody = NULL
  WHERE deliveryId = NEW.deliveryId AND attempt = NEW.attempt;
END;
--> statement-breakpoint
CREATE TRIGGER webhookAnswersOfTheErased AFTER UPDATE OF responseBody ON webhookAttempts
WHEN NEW.responseBody IS NOT NULL AND EXISTS (
  SELECT 1 FROM webhookDeliveries
  JOIN events ON events.id = webhookDeliveries.eventId
  JOIN customers ON customers.id = events.data ->> '$.customerId'
  WHERE webhookDeliveries.id = NEW.deliveryId AND customers.erasedAt IS NOT NULL
)
BEGIN
  UPDATE webhookAttempts SET responseHeaders = NULL, responseBody = NULL
  WHERE deliveryId = NEW.deliveryId AND attempt = NEW.attempt;
END;
--> statement-breakpoint
-- By which words guests are found; kept by the database, so that no write can forget it. What a row says of itself is
-- read again when its words are written: whoever was erased has none by then.
CREATE TRIGGER searchWordsOfCustomersWhenMade AFTER INSERT ON customers BEGIN
  INSERT INTO searchWords (businessId, subject, word, id)
  SELECT businessId, 'customer', value, customers.id
  FROM customers JOIN json_each(customers.words) WHERE customers.id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER searchWordsOfCustomersWhenChanged AFTER UPDATE OF words ON customers WHEN NEW.words <> OLD.words BEGIN
  DELETE FROM searchWords
  WHERE businessId = OLD.businessId AND subject = 'customer' AND id = OLD.id
    AND word IN (SELECT value FROM json_each(OLD.words));
  INSERT INTO searchWords (businessId, subject, word, id)
  SELECT NEW.businessId, 'customer', value, NEW.id FROM json_each(NEW.words);
END;
--> statement-breakpoint
CREATE TRIGGER searchWordsOfInvoicesWhenMade AFTER INSERT ON invoices BEGIN
  INSERT INTO searchWords (businessId, subject, word, id)
  SELECT NEW.businessId, 'invoice', value, NEW.id FROM json_each(NEW.words);
END;
--> statement-breakpoint
CREATE TRIGGER searchWordsOfInvoicesWhenChanged AFTER UPDATE OF words ON invoices WHEN NEW.words <> OLD.words BEGIN
  DELETE FROM searchWords
  WHERE businessId = OLD.businessId AND subject = 'invoice' AND id = OLD.id
    AND word IN (SELECT value FROM json_each(OLD.words));
  INSERT INTO searchWords (businessId, subject, word, id)
  SELECT NEW.businessId, 'invoice', value, NEW.id FROM json_each(NEW.words);
END;
--> statement-breakpoint
CREATE TRIGGER searchWordsOfInvoicesWhenDeleted AFTER DELETE ON invoices BEGIN
  DELETE FROM searchWords
  WHERE businessId = OLD.businessId AND subject = 'invoice' AND id = OLD.id
    AND word IN (SELECT value FROM json_each(OLD.words));
END;
--> statement-breakpoint
-- The numbers of a series have no holes: only the next one is taken, only the last one given back, and none is changed.
CREATE TRIGGER invoicesNeverOutOfTurn BEFORE INSERT ON invoices
WHEN NEW.number IS NOT NULL AND NEW.number <> 1 + coalesce((
  SELECT max(number) FROM invoices
  WHERE businessId = NEW.businessId AND type = NEW.type AND month = NEW.month
), 0)
BEGIN
  SELECT RAISE(ABORT, 'invoice_number_taken');
END;
--> statement-breakpoint
CREATE TRIGGER invoicesNeverLeaveAHole BEFORE DELETE ON invoices
WHEN OLD.number IS NOT NULL AND EXISTS (
  SELECT 1 FROM invoices
  WHERE businessId = OLD.businessId AND type = OLD.type AND month = OLD.month AND number > OLD.number
)
BEGIN
  SELECT RAISE(ABORT, 'invoice_not_last');
END;
--> statement-breakpoint
CREATE TRIGGER invoicesNeverRenumbered BEFORE UPDATE OF businessId, type, month, number ON invoices
WHEN NEW.number IS NOT OLD.number OR OLD.number IS NOT NULL
  AND (NEW.businessId <> OLD.businessId OR NEW.type <> OLD.type OR NEW.month <> OLD.month)
BEGIN
  SELECT RAISE(ABORT, 'invoice_renumbered');
END;
--> statement-breakpoint
-- An invoice that was on its way names nobody who was erased meanwhile.
CREATE TRIGGER invoicesOfTheErasedWhenMade AFTER INSERT ON invoices
WHEN EXISTS (SELECT 1 FROM customers WHERE id = NEW.customerId AND erasedAt IS NOT NULL)
BEGIN
  UPDATE invoices SET customerId = NULL, additionalInfo = NULL, collectedBy = NULL,
    buyerErasedAt = (SELECT erasedAt FROM customers WHERE id = NEW.customerId)
  WHERE id = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER invoicesOfTheErasedWhenChanged AFTER UPDATE OF customerId, additionalInfo, collectedBy ON invoices
WHEN EXISTS (SELECT 1 FROM customers WHERE id = NEW.customerId AND erasedAt IS NOT NULL)
BEGIN
  UPDATE invoices SET customerId = NULL, additionalInfo = NULL, collectedBy = NULL,
    buyerErasedAt = (SELECT erasedAt FROM customers WHERE id = NEW.customerId)
  WHERE id = NEW.id;
END;
