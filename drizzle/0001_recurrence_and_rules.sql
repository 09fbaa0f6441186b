-- Bookings recur and have caps, dayparts follow a holiday calendar, plays are kept apart by rule, campaigns are paced.
CREATE TABLE "campaign_paces" (
	"campaign_id" integer NOT NULL,
	"date" date NOT NULL,
	"played" bigint NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	CONSTRAINT "campaign_paces_campaign_id_date_pk" PRIMARY KEY("campaign_id","date")
);
--> statement-breakpoint
CREATE TABLE "holidays" (
	"date" date PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name_zh" text NOT NULL,
	"name_en" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "separation_rules" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "separation_rules_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"by" text NOT NULL,
	"value" text NOT NULL,
	"gap_seconds" integer NOT NULL,
	"hard" boolean NOT NULL,
	CONSTRAINT "separation_once" UNIQUE("by","value"),
	CONSTRAINT "separation_gap" CHECK ("separation_rules"."gap_seconds" between 1 and 3600)
);
--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "rrule" text;--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "exdates" date[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "max_per_hour" integer;--> statement-breakpoint
ALTER TABLE "bookings" ADD COLUMN "max_per_day" integer;--> statement-breakpoint
ALTER TABLE "campaign_paces" ADD CONSTRAINT "campaign_paces_campaign_id_campaigns_id_fk" FOREIGN KEY ("campaign_id") REFERENCES "public"."campaigns"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bookings" ADD CONSTRAINT "caps_positive" CHECK ("bookings"."max_per_hour" > 0 and "bookings"."max_per_day" > 0);--> statement-breakpoint
-- Holidays of 2026 by the State Council's notice; of 2027 the statutory days, until its notice is entered.
INSERT INTO "holidays" ("date", "kind", "name_zh", "name_en") VALUES
	('2026-01-01', 'holiday', '元旦', 'New Year'),
	('2026-01-02', 'holiday', '元旦', 'New Year'),
	('2026-01-03', 'holiday', '元旦', 'New Year'),
	('2026-01-04', 'workday', '元旦调休上班', 'Workday moved for New Year'),
	('2026-02-14', 'workday', '春节调休上班', 'Workday moved for Spring Festival'),
	('2026-02-15', 'holiday', '春节', 'Spring Festival'),
	('2026-02-16', 'holiday', '春节', 'Spring Festival'),
	('2026-02-17', 'holiday', '春节', 'Spring Festival'),
	('2026-02-18', 'holiday', '春节', 'Spring Festival'),
	('2026-02-19', 'holiday', '春节', 'Spring Festival'),
	('2026-02-20', 'holiday', '春节', 'Spring Festival'),
	('2026-02-21', 'holiday', '春节', 'Spring Festival'),
	('2026-02-22', 'holiday', '春节', 'Spring Festival'),
	('2026-02-23', 'holiday', '春节', 'Spring Festival'),
	('2026-02-28', 'workday', '春节调休上班', 'Workday moved for Spring Festival'),
	('2026-04-04', 'holiday', '清明节', 'Qingming Festival'),
	('2026-04-05', 'holiday', '清明节', 'Qingming Festival'),
	('2026-04-06', 'holiday', '清明节', 'Qingming Festival'),
	('2026-05-01', 'holiday', '劳动节', 'Labour Day'),
	('2026-05-02', 'holiday', '劳动节', 'Labour Day'),
	('2026-05-03', 'holiday', '劳动节', 'Labour Day'),
	('2026-05-04', 'holiday', '劳动节', 'Labour Day'),
	('2026-05-05', 'holiday', '劳动节', 'Labour Day'),
	('2026-05-09', 'workday', '劳动节调休上班', 'Workday moved for Labour Day'),
	('2026-06-19', 'holiday', '端午节', 'Dragon Boat Festival'),
	('2026-06-20', 'holiday', '端午节', 'Dragon Boat Festival'),
	('2026-06-21', 'holiday', '端午节', 'Dragon Boat Festival'),
	('2026-09-20', 'workday', '国庆节调休上班', 'Workday moved for National Day'),
	('2026-09-25', 'holiday', '中秋节', 'Mid-Autumn Festival'),
	('2026-09-26', 'holiday', '中秋节', 'Mid-Autumn Festival'),
	('2026-09-27', 'holiday', '中秋节', 'Mid-Autumn Festival'),
	('2026-10-01', 'holiday', '国庆节', 'National Day'),
	('2026-10-02', 'holiday', '国庆节', 'National Day'),
	('2026-10-03', 'holiday', '国庆节', 'National Day'),
	('2026-10-04', 'holiday', '国庆节', 'National Day'),
	('2026-10-05', 'holiday', '国庆节', 'National Day'),
	('2026-10-06', 'holiday', '国庆节', 'National Day'),
	('2026-10-07', 'holiday', '国庆节', 'National Day'),
	('2026-10-10', 'workday', '国庆节调休上班', 'Workday moved for National Day'),
	('2027-01-01', 'holiday', '元旦', 'New Year'),
	('2027-02-05', 'holiday', '除夕', 'Spring Festival Eve'),
	('2027-02-06', 'holiday', '春节', 'Spring Festival'),
	('2027-02-07', 'holiday', '春节', 'Spring Festival'),
	('2027-02-08', 'holiday', '春节', 'Spring Festival'),
	('2027-04-05', 'holiday', '清明节', 'Qingming Festival'),
	('2027-05-01', 'holiday', '劳动节', 'Labour Day'),
	('2027-05-02', 'holiday', '劳动节', 'Labour Day'),
	('2027-06-09', 'holiday', '端午节', 'Dragon Boat Festival'),
	('2027-09-15', 'holiday', '中秋节', 'Mid-Autumn Festival'),
	('2027-10-01', 'holiday', '国庆节', 'National Day'),
	('2027-10-02', 'holiday', '国庆节', 'National Day'),
	('2027-10-03', 'holiday', '国庆节', 'National Day');
