// The loop of a Lambda runtime, over the Runtime API
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).

const BASE = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;

export async function run(handler) {
  for (;;) {
    const next = await fetch(`${BASE}/invocation/next`);
    const id = next.headers.get("lambda-runtime-aws-request-id");
    const event = await next.json();
    const [path, body] = await answer(handler, event);
    const posted = await fetch(`${BASE}/invocation/${id}/${path}`, { method: "POST", body });
    await posted.arrayBuffer();
  }
}

async function answer(handler, event) {
  try {
    return ["response", JSON.stringify((await handler(event, {})) ?? null)];
  } catch (error) {
    return ["error", JSON.stringify({ errorType: error.name, errorMessage: error.message })];
  }
}
