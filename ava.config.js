// Tests run compiled: `npm run build` first (npm ci does it by itself).
export default {
  files: [`${process.env.ROLLCALL_DIST ?? 'dist'}/test/**/*.test.js`],
  workerThreads: false,
  concurrency: 2,
  timeout: '2m',
};
