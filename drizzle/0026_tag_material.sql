-- Staff find material by words of their own, beside its title and file name.
ALTER TABLE "assets" ADD COLUMN "tags" text[] DEFAULT '{}' NOT NULL;