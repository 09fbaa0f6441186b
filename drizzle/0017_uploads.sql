-- A film of gigabytes over a line that breaks must go on where it stopped, also after a restart of the server.
CREATE TABLE "uploads" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"draft" jsonb NOT NULL,
	"bytes" bigint NOT NULL,
	"state" text DEFAULT 'receiving' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"claimed_until" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"sha256" text,
	"asset_id" integer,
	"is_new" boolean,
	"refusal" jsonb,
	CONSTRAINT "done_is_an_asset" CHECK (("uploads"."state" = 'done') = ("uploads"."asset_id" is not null)),
	CONSTRAINT "refused_says_why" CHECK (("uploads"."state" = 'refused') = ("uploads"."refusal" is not null))
);
--> statement-breakpoint
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "uploads_by_owner" ON "uploads" USING btree ("owner_id");