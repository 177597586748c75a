import { z } from 'zod';

const object = z.object({ type: z.string(), id: z.string() });

/** What there is of BeTrace in Kibana's own apps, in one space. */
export const dashboardsSchema = z
  .object({
    installed: z.boolean(),
    dashboard: z.string().describe('Id of the dashboard.'),
    dataView: z.object({ id: z.string(), title: z.string().describe('The data stream of violations of this space.') }),
    lens: z.array(object.extend({ title: z.string() })).describe('Visualisations, each of which Lens opens.'),
  })
  .meta({ id: 'Dashboards' });

export const dashboardsReportSchema = z
  .object({
    installed: z.array(object),
    failed: z.array(object.extend({ reason: z.string() })),
  })
  .meta({ id: 'DashboardsReport' });

export type DashboardsState = z.infer<typeof dashboardsSchema>;
export type DashboardsReport = z.infer<typeof dashboardsReportSchema>;
