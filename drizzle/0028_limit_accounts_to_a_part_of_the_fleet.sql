-- Accounts and keys may be for the endpoints of some areas or owners alone.
ALTER TABLE "api_keys" ADD COLUMN "remit" jsonb;--> statement-breakpoint
ALTER TABLE "staff" ADD COLUMN "remit" jsonb;