import { type LinesOf, timeIn } from './traffic.ts';

const requestsPerMinute = 10;
/** Nobody looks further back into the access log. */
const accessMinutes = 60;
const errorMinutes = 30;
const paths = ['/', '/dashboard', '/api/health', '/api/transactions', '/api/users'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** The logs of the application and of its web server: a calm day, each kind of line at intervals of its own. */
export const goldEscrowLines: LinesOf = ({ number, age, scenario }) => {
  const hasErrors = scenario === 'errors' && age <= errorMinutes;
  const requests = Array.from({ length: age <= accessMinutes ? requestsPerMinute : 0 }, (_, index) => ({
    second: 6 * index + 2,
    path: paths[index % paths.length] ?? paths[0],
    fails: hasErrors && index % 3 === 0,
    seconds: 0.04 + ((number * 7 + index) % 50) / 1_000,
  }));
  const failed = requests.filter(({ fails }) => fails);
  const isWorn = number % 90 === 20;
  return {
    'access.log': requests.map(({ second, path, fails, seconds }) => {
      const request = `"GET ${path} HTTP/1.1" ${fails ? 500 : 200} 1820 "-" "Mozilla/5.0" ${seconds.toFixed(3)}`;
      return `10.0.3.${number % 200} - - [${commonTime(number, second)}] ${request}`;
    }),
    'error.log': [
      ...failed.map(({ second, path }) => `${errorTime(number, second)} [error] upstream failed: ${path}`),
      ...(isWorn ? [`${errorTime(number, 59)} [error] upstream timed out, retried`] : []),
    ],
    'application.log': [
      ...(number % 2 === 0 ? [`${timeIn(number, 12)} INFO transaction ${number % 9_973} settled`] : []),
      ...(number % 240 === 30 ? [`${timeIn(number, 44)} WARN login failed for user ${number % 97}`] : []),
    ],
  };
};

/** As web servers write it. */
function commonTime(minute: number, second: number): string {
  const [year, month, day, time] = partsOf(minute, second);
  return `${day}/${months[Number(month) - 1]}/${year}:${time} +0000`;
}

/** As nginx writes it into its error log, in the host's own zone. */
function errorTime(minute: number, second: number): string {
  const [year, month, day, time] = partsOf(minute, second);
  return `${year}/${month}/${day} ${time}`;
}

function partsOf(minute: number, second: number): readonly string[] {
  return timeIn(minute, second).slice(0, 19).split(/[-T]/);
}
