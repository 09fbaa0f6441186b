-- Endpoints that fall silent together are told in one message, by area and step by step to more people.
ALTER TABLE "dispatch_plans" ADD COLUMN "area_id" integer;--> statement-breakpoint
ALTER TABLE "dispatch_plans" ADD COLUMN "after_minutes" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "dispatch_plans" ADD CONSTRAINT "dispatch_plans_area_id_areas_id_fk" FOREIGN KEY ("area_id") REFERENCES "public"."areas"("id") ON DELETE no action ON UPDATE no action;
