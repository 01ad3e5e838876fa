/** JSON as it goes over the wire. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** One AWS service of the local cloud, whatever protocol its clients speak: the gateway translates. */
export interface LocalService {
  /** @throws {ServiceError} which the gateway turns into the service's own error answer; an operation that the service does not know is one. */
  handle(operation: string, input: JsonObject): Promise<JsonObject>;
}

/** An error answer of a service, by the code that the SDK turns into an exception's name. */
export class ServiceError extends Error {
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, statusCode = 400) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.statusCode = statusCode;
  }
}

/** An EventBridge event before the bus adds id, account, region and time. */
export interface LocalEvent {
  readonly source: string;
  readonly detailType: string;
  readonly detail: JsonObject;
}
