import { z } from 'zod';

/** Of commands that train. */
export const withoutReportOption = z.boolean().default(false).meta({
  flag: '--without-report',
  description: 'draw no report at the end; ohmprop report RUN does it later',
});
