"""A page of another origin on the same machine, which a browser lets send requests to every port."""

READ_SECRET = """async ([url, key]) => {
  const headers = {
    "X-Amz-Target": "AmazonSSM.GetParametersByPath", "Content-Type": "application/x-amz-json-1.1",
    "Authorization": `AWS4-HMAC-SHA256 Credential=${key}/20261130/us-east-1/ssm/aws4_request, ` +
      "SignedHeaders=host, Signature=00",
  };
  const body = JSON.stringify({Path: "/", Recursive: true, WithDecryption: true});
  return fetch(url, {method: "POST", headers, body}).then((response) => response.text(), (error) => String(error));
}"""


def test_another_origin_reads_nothing_from_the_emulator(chromium, local):
    page = chromium.new_page()
    page.goto(f"{local.spotify.url}/favicon.ico")
    # Even with the key, which no page can know.
    answer = page.evaluate(READ_SECRET, [local.emulator.url, local.emulator.access_key])
    assert answer == "TypeError: Failed to fetch"
    page.context.close()
