import { type Json, type JsonObject, ServiceError } from './service.ts';

/** What the gateway needs to know of an HTTP request. */
export interface WireRequest {
  /** `x-amz-target` header. */
  readonly target: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface WireAnswer {
  readonly statusCode: number;
  readonly contentType: string;
  readonly body: string;
}

export interface WireCall {
  readonly operation: string;
  readonly input: JsonObject;
}

/** How a service's clients write a call and read its answer. */
export interface Protocol {
  /** @throws {ServiceError} for a request that the protocol does not allow. */
  decode(request: WireRequest): WireCall;
  success(operation: string, output: JsonObject, requestId: string): WireAnswer;
  failure(error: ServiceError, requestId: string): WireAnswer;
}

/**
 * AWS JSON 1.0 (DynamoDB, CloudWatch) and 1.1 (Systems Manager).
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function awsJson(version: '1.0' | '1.1'): Protocol {
  const contentType = `application/x-amz-json-${version}`;
  return {
    decode({ target, contentType: given, body }) {
      const operation = target?.split('.')[1];
      if (given !== contentType || operation === undefined) {
        const got = `content type ${given ?? '(none)'}, target ${target ?? '(none)'}`;
        throw new ServiceError('SerializationException', `Got ${got}; expected ${contentType} and Service.Operation.`);
      }
      return { operation, input: parseObject(body === '' ? '{}' : body) };
    },
    success: (_operation, output) => ({ statusCode: 200, contentType, body: JSON.stringify(output) }),
    failure: ({ code, message, statusCode }) => ({
      statusCode,
      contentType,
      body: JSON.stringify({ __type: code, message }),
    }),
  };
}

/**
 * AWS query (SNS): a form goes in, XML comes out.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function awsQuery(namespace: string): Protocol {
  const xml = (statusCode: number, body: string): WireAnswer => ({ statusCode, contentType: 'text/xml', body });
  return {
    decode({ body }) {
      const pairs = [...new URLSearchParams(body)];
      const operation = pairs.find(([name]) => name === 'Action')?.[1];
      if (operation === undefined) throw new ServiceError('MissingAction', 'The form has no field Action; add it.');
      const members = pairs.filter(([name]) => name !== 'Action' && name !== 'Version');
      return { operation, input: object(members.map(([name, value]) => ({ path: name.split('.'), value }))) };
    },
    success: (operation, output, requestId) =>
      xml(
        200,
        `<${operation}Response xmlns="${namespace}"><${operation}Result>${element(output)}</${operation}Result>` +
          `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
      ),
    failure: ({ code, message, statusCode }, requestId) => {
      const error = element({ Type: statusCode < 500 ? 'Sender' : 'Receiver', Code: code, Message: message });
      return xml(
        statusCode,
        `<ErrorResponse xmlns="${namespace}"><Error>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      );
    },
  };
}

function parseObject(text: string): JsonObject {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as JsonObject;
  } catch {
    // Falls through: text that is no JSON is refused like JSON that is no object.
  }
  throw new ServiceError('SerializationException', `Got a body that is not a JSON object: ${text.slice(0, 100)}`);
}

interface FormField {
  readonly path: readonly string[];
  readonly value: string;
}

function object(fields: readonly FormField[]): JsonObject {
  return Object.fromEntries([...byHead(fields)].map(([name, inner]) => [name, value(inner)]));
}

/** `member.1` is a list, `entry.1.Name` and `entry.1.Value` a map, a path that has ended the value itself. */
function value(fields: readonly FormField[]): Json {
  const [first] = fields;
  if (first === undefined || first.path.length === 0) return first?.value ?? '';
  const groups = byHead(fields);
  const list = groups.get('member');
  if (list !== undefined) return [...byHead(list).values()].map(value);
  const entries = groups.get('entry');
  if (entries === undefined) return object(fields);
  return Object.fromEntries(
    [...byHead(entries).values()].map((entry) => {
      const { Name, key, Value, value: lowerCase } = object(entry);
      return [String(Name ?? key), Value ?? lowerCase ?? ''];
    }),
  );
}

function byHead(fields: readonly FormField[]): Map<string, FormField[]> {
  const groups = new Map<string, FormField[]>();
  for (const { path, value } of fields) {
    const [head = '', ...rest] = path;
    groups.set(head, [...(groups.get(head) ?? []), { path: rest, value }]);
  }
  return groups;
}

function element(json: Json): string {
  if (Array.isArray(json)) return json.map((item) => `<member>${element(item)}</member>`).join('');
  if (typeof json === 'object' && json !== null) {
    return Object.entries(json)
      .map(([name, inner]) => `<${name}>${element(inner)}</${name}>`)
      .join('');
  }
  return String(json ?? '').replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
