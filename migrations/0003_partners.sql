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
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "apiKeysScopes" CHECK(json_valid("apiKeys"."scopes")),
	CONSTRAINT "apiKeysAllowedIps" CHECK("apiKeys"."allowedIps" is null or json_valid("apiKeys"."allowedIps"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `apiKeysByHash` ON `apiKeys` (`keyHash`);--> statement-breakpoint
CREATE UNIQUE INDEX `apiKeysByPreviousHash` ON `apiKeys` (`previousKeyHash`);--> statement-breakpoint
CREATE INDEX `apiKeysByBusiness` ON `apiKeys` (`businessId`,`id`);--> statement-breakpoint
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
	`endpointId` integer NOT NULL,
	`eventId` integer NOT NULL,
	`sequence` integer NOT NULL,
	`trigger` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`nextAttemptAt` integer,
	`createdAt` integer NOT NULL,
	`finishedAt` integer,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`endpointId`) REFERENCES `webhookEndpoints`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`eventId`) REFERENCES `events`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "webhookDeliveriesTrigger" CHECK("webhookDeliveries"."trigger" in ('event', 'ping', 'redelivery', 'replay')),
	CONSTRAINT "webhookDeliveriesStatus" CHECK("webhookDeliveries"."status" in ('pending', 'sending', 'parked', 'succeeded', 'failed', 'skipped'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `webhookDeliveriesOnce` ON `webhookDeliveries` (`endpointId`,`eventId`) WHERE "webhookDeliveries"."trigger" in ('event', 'ping');--> statement-breakpoint
CREATE INDEX `webhookDeliveriesByStatus` ON `webhookDeliveries` (`endpointId`,`status`,`sequence`,`id`);--> statement-breakpoint
CREATE INDEX `webhookDeliveriesByEndpoint` ON `webhookDeliveries` (`endpointId`,`id`);--> statement-breakpoint
CREATE INDEX `webhookDeliveriesDue` ON `webhookDeliveries` (`nextAttemptAt`) WHERE "webhookDeliveries"."nextAttemptAt" is not null;--> statement-breakpoint
CREATE INDEX `webhookDeliveriesByEvent` ON `webhookDeliveries` (`eventId`);--> statement-breakpoint
CREATE TABLE `webhookEndpoints` (
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
	`disabledAt` integer,
	`disabledReason` text,
	`deletedAt` integer,
	`createdAt` integer NOT NULL,
	`updatedAt` integer NOT NULL,
	FOREIGN KEY (`businessId`) REFERENCES `businesses`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "webhookEndpointsFormat" CHECK("webhookEndpoints"."format" in ('native', 'property', 'rubitime')),
	CONSTRAINT "webhookEndpointsActive" CHECK("webhookEndpoints"."active" in (0, 1)),
	CONSTRAINT "webhookEndpointsEvents" CHECK(json_valid("webhookEndpoints"."events"))
) STRICT;
--> statement-breakpoint
CREATE INDEX `webhookEndpointsByBusiness` ON `webhookEndpoints` (`businessId`,`id`);--> statement-breakpoint
CREATE INDEX `webhookEndpointsParked` ON `webhookEndpoints` (`parkedAt`) WHERE "webhookEndpoints"."parkedAt" is not null;--> statement-breakpoint
CREATE INDEX `webhookEndpointsFailing` ON `webhookEndpoints` (`failingSinceAt`) WHERE "webhookEndpoints"."failingSinceAt" is not null and "webhookEndpoints"."active" = 1;--> statement-breakpoint
CREATE INDEX `webhookEndpointsRotating` ON `webhookEndpoints` (`nextSecretAt`) WHERE "webhookEndpoints"."nextSecretAt" is not null;--> statement-breakpoint
CREATE INDEX `eventsOfBusinessByAge` ON `events` (`businessId`,`createdAt`);