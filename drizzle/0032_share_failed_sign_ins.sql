-- Failed sign-ins count for all servers together; two-step sign-in may be asked of roles.
CREATE TABLE "sign_in_attempts" (
	"name" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"most" integer NOT NULL,
	"ends_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sign_in_policy" (
	"id" integer PRIMARY KEY NOT NULL,
	"second_factor_roles" text[] NOT NULL,
	CONSTRAINT "sign_in_policy_once" CHECK ("sign_in_policy"."id" = 1)
);
--> statement-breakpoint
CREATE INDEX "sign_in_attempts_ends_at_index" ON "sign_in_attempts" USING btree ("ends_at");