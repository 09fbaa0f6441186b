-- Staff can put an emergency on every screen at once, prepared in advance, and see which screens show it.
CREATE TABLE "endpoint_groups" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "endpoint_groups_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"rule" jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "endpoint_groups_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "override_receipts" (
	"override_id" integer NOT NULL,
	"endpoint_id" integer NOT NULL,
	"player_id" integer NOT NULL,
	"serial" integer NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"shown_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"acknowledged_at" timestamp with time zone NOT NULL,
	CONSTRAINT "override_receipts_override_id_endpoint_id_pk" PRIMARY KEY("override_id","endpoint_id")
);
--> statement-breakpoint
CREATE TABLE "override_settings" (
	"id" integer PRIMARY KEY NOT NULL,
	"confirmation" text NOT NULL,
	CONSTRAINT "override_settings_once" CHECK ("override_settings"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE "override_templates" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "override_templates_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"content" jsonb NOT NULL,
	"severity" text NOT NULL,
	"most_minutes" integer NOT NULL,
	"state" text DEFAULT 'submitted' NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"decided_by" text,
	"decided_at" timestamp with time zone,
	"decision_reason" text,
	CONSTRAINT "template_second_person" CHECK ("override_templates"."decided_by" is null or "override_templates"."decided_by" <> "override_templates"."created_by"),
	CONSTRAINT "template_approved_by_somebody" CHECK ("override_templates"."state" <> 'approved' or "override_templates"."decided_by" is not null)
);
--> statement-breakpoint
CREATE TABLE "overrides" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "overrides_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"serial" integer DEFAULT 1 NOT NULL,
	"state" text NOT NULL,
	"severity" text NOT NULL,
	"drill" boolean NOT NULL,
	"content" jsonb NOT NULL,
	"aim" jsonb NOT NULL,
	"parts" jsonb NOT NULL,
	"unreached" jsonb NOT NULL,
	"template_id" integer,
	"replaces" integer[] DEFAULT '{}' NOT NULL,
	"minutes" integer,
	"from_at" timestamp with time zone,
	"until_at" timestamp with time zone,
	"proposed_by" text NOT NULL,
	"proposed_at" timestamp with time zone NOT NULL,
	"lapses_at" timestamp with time zone NOT NULL,
	"confirmed_by" text,
	"confirmed_at" timestamp with time zone,
	"ended_by" text,
	"ended_at" timestamp with time zone,
	"end_reason" text,
	CONSTRAINT "aired_by_somebody" CHECK ("overrides"."state" not in ('live', 'withdrawn') or num_nulls("overrides"."confirmed_by", "overrides"."confirmed_at", "overrides"."from_at", "overrides"."until_at") = 0)
);
--> statement-breakpoint
CREATE TABLE "standing_assets" (
	"asset_id" integer PRIMARY KEY NOT NULL,
	"added_by" text NOT NULL,
	"added_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "override_receipts" ADD CONSTRAINT "override_receipts_override_id_overrides_id_fk" FOREIGN KEY ("override_id") REFERENCES "public"."overrides"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "override_receipts" ADD CONSTRAINT "override_receipts_endpoint_id_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."endpoints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "overrides" ADD CONSTRAINT "overrides_template_id_override_templates_id_fk" FOREIGN KEY ("template_id") REFERENCES "public"."override_templates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "standing_assets" ADD CONSTRAINT "standing_assets_asset_id_assets_id_fk" FOREIGN KEY ("asset_id") REFERENCES "public"."assets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "overrides_by_end" ON "overrides" USING btree ("until_at");--> statement-breakpoint
CREATE VIEW "public"."standing_material" AS (
  select id as asset_id from assets
  where state = 'approved' and (
    id in (select asset_id from standing_assets)
    or id in (select (content ->> 'assetId')::int from override_templates where state = 'approved')
  ));