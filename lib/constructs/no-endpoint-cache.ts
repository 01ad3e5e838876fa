/**
 * Stands in a function's bundle for `@aws-sdk/endpoint-cache`, 8 KB. The client of DynamoDB makes such a cache when it is
 * made, but none of its operations asks it for anything.
 */
export class EndpointCache {}
