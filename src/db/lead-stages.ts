import { eq, sql } from 'drizzle-orm'
import { check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { businesses } from './businesses.ts'
import { builder, statement } from './database.ts'
import type { Row } from './database.ts'

/** A business's list of stages for its leads. A business that never set one has no row. */
export const leadStages = sqliteTable(
  'leadStages',
  {
    businessId: integer()
      .primaryKey()
      .references(() => businesses.id),
    /** JSON [[id, name]] in their order. */
    stages: text().notNull(),
    updatedAt: integer().notNull(),
  },
  (t) => [check('leadStagesStages', sql`json_valid(${t.stages}) and length(${t.stages}) <= 16384`)],
)

export const stagesOfBusiness = statement((given: { businessId: number }) =>
  builder
    .select({ stages: leadStages.stages })
    .from(leadStages)
    .where(eq(leadStages.businessId, given.businessId)),
)

export const putStages = statement((given: Row<typeof leadStages>) =>
  builder
    .insert(leadStages)
    .values({ businessId: given.businessId, stages: given.stages, updatedAt: given.updatedAt })
    .onConflictDoUpdate({
      target: leadStages.businessId,
      set: { stages: given.stages, updatedAt: given.updatedAt },
    }),
)
