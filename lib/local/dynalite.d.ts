declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface Options {
    readonly createTableMs?: number;
    readonly updateTableMs?: number;
    readonly deleteTableMs?: number;
  }

  /** An unstarted HTTP server that speaks DynamoDB's protocol and keeps everything in memory. */
  function dynalite(options?: Options): Server;
  export = dynalite;
}
