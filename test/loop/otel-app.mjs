/** An ordinary application with an OpenTelemetry SDK: it knows of no Center. Asked for /wedge, it fails every request until it is begun anew. */
import { createServer } from "node:http";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector } from "@opentelemetry/resources";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

const resource = defaultResource().merge(detectResources({ detectors: [envDetector] }));
const tracer = new BasicTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(new OTLPTraceExporter())] }).getTracer("app");
let isWedged = false;

createServer((request, response) => {
  const span = tracer.startSpan("GET /", { kind: SpanKind.SERVER });
  if (request.url === "/wedge") isWedged = true;
  const status = isWedged ? 500 : 200;
  span.setAttribute("http.response.status_code", status);
  if (isWedged) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
  response.writeHead(status).end(String(process.pid));
}).listen(Number(process.env.PORT), "127.0.0.1");
