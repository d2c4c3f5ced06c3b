package io.cuewire.node.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiServerTest {
  private final RehearsalNode node = new RehearsalNode();
  private final HttpClient client = HttpClient.newHttpClient();
  private ApiServer api;

  @BeforeEach
  void start() throws IOException {
    api = ApiServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), node);
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  private HttpResponse<String> call(String method, String path, String body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
            .method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> get(String path, String... headers) {
    return call("GET", path, "", headers);
  }

  @Nested
  class Reading {
    @Test
    void tellsTheStatusInTheContractsWords() {
      var response = get("/api/status");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
      assertThat(response.body())
          .isEqualTo(
              """
              {"show":"club-night","node":"foh","cluster":"member","timestamp":1764000000.120,\
              "coordinator":"foh","scene":null,"emergency":{"latched":false},\
              "nodes":[{"name":"foh","host":"10.0.0.1","state":"up","since":1764000000.120,\
              "uptime":12.5,"api":7421},{"name":"stage","host":"stage.local",\
              "state":"unreachable","since":1764000000.120,"uptime":null,\
              "warning":"runs another version of the show","api":7421}],\
              "endpoints":[{"name":"touchosc-in","protocol":"osc","node":"foh",\
              "state":"listening","since":1764000000.120,"in":120,"out":0,"dropped":3,"errors":0,\
              "attempts":0,"last_error":null,"last_message":1764000000.120,\
              "peers":[{"address":"10.0.0.9:50000","since":1764000000.120,"in":120,"out":0}]},\
              {"name":"td-left","protocol":"osc","node":"stage","state":"backing-off",\
              "reason":"unreachable","since":1764000000.120,"in":0,"out":240,"dropped":3,\
              "errors":0,"attempts":4,"last_error":null,"last_message":null,"peers":[]}],\
              "routes":1,"parameters":0,"programs":[],"surfaces":[],\
              "messages":{"in":120,"out":240,"dropped":3}}\
              """);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            /api/scenes                     | [{"name":"high_energy"}]
            /api/parameters                 | [{"operator":"/project1/geo1","parameter":"sx","value":0.1,"since":1764000000.120,"node":"foh"}]
            /api/routes                     | [{"name":"faders","from":["touchosc-in"],"match":"/*/fader*","to":["td-left"]}]
            /api/history?limit=1            | [{"timestamp":1764000000.120,"node":"foh","endpoint":"td-left","direction":"out","address":"/dim","args":[127],"peer":null}]
            /api/history?match=%2F1/fader1  | [{"timestamp":1764000000.120,"node":"foh","endpoint":"touchosc-in","direction":"in","address":"/1/fader1","args":[0.5],"peer":"10.0.0.9:50000"}]
            /api/history?endpoint=nothing   | []
            """)
    void listsAsArrays(String path, String body) {
      assertThat(get(path).body()).isEqualTo(body);
    }

    @Test
    void answersAStopWithWhoHasConfirmed() {
      var stopped = call("POST", "/api/emergency-stop", "{\"reason\":\"fire\"}");
      assertThat(stopped.statusCode()).isEqualTo(200);
      assertThat(stopped.body())
          .isEqualTo(
              """
              {"latched":true,"confirmations":[\
              {"endpoint":"td-left","node":"stage","state":"confirmed","ms":0.8},\
              {"endpoint":"dimmers","node":"stage","state":"unconfirmed",\
              "error":"no such device"}]}\
              """);
      assertThat(call("DELETE", "/api/emergency-stop", "").body())
          .isEqualTo("{\"latched\":false,\"confirmations\":[]}");
    }

    @Test
    void answersASceneWithWhoHasFired() {
      assertThat(call("POST", "/api/scenes/high/go", "").body())
          .isEqualTo(
              """
              {"scene":"high","sequence":7,"success":true,"nodes":{\
              "foh":{"confirmed":true,"ms":12.346},\
              "stage":{"confirmed":false,"error":"no answer from stage"}}}\
              """);
    }

    @Test
    void setsAParameter() {
      var body = "{\"operator\":\"/project1/geo1\",\"parameter\":\"sx\",\"value\":2}";
      assertThat(call("PUT", "/api/parameters", body).body()).isEqualTo("{\"success\":true}");
    }

    @Test
    void listsNodesAndEndpointsAsTheStatusDoes() {
      var status = get("/api/status").body();
      assertThat(status).contains("\"nodes\":" + get("/api/nodes").body());
      assertThat(status).contains("\"endpoints\":" + get("/api/endpoints").body());
    }

    @Test
    void givesTheShowAsYaml() {
      var response = get("/api/show");
      assertThat(response.headers().firstValue("Content-Type")).contains("application/yaml");
      assertThat(response.body()).contains("show: club-night");
    }

    @Test
    void countsForPrometheus() {
      var response = get("/metrics");
      assertThat(response.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("text/plain");
      assertThat(response.body())
          .contains(
              "cuewire_endpoint_in_total{endpoint=\"touchosc-in\",node=\"foh\","
                  + "protocol=\"osc\"} 120.0",
              "state=\"listening\"} 1.0",
              "state=\"failed\"} 0.0",
              "cuewire_node_up{node=\"foh\"} 1.0",
              "cuewire_node_up{node=\"stage\"} 0.0",
              "jvm_memory_used_bytes",
              "jvm_threads_live_threads")
          .doesNotContain("td-left"); // another node's
    }

    @Test
    void answersHeadWithoutABody() {
      var response = call("HEAD", "/api/status", "");
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValueAsLong("Content-Length").orElseThrow())
          .isGreaterThan(100);
      assertThat(response.body()).isEmpty();
    }
  }

  @Nested
  class Changing {
    @Test
    void sendsAMessageWithItsTypes() {
      var response =
          call(
              "POST",
              "/api/send",
              """
              {"endpoint":"td-left","address":"/a","args":[1,5000000000,0.1,"x",true,[2]]}\
              """);
      assertThat(response.body()).isEqualTo("{\"success\":true}");
      assertThat(node.sent).containsExactly("td-left /a [1, 5000000000, 0.1, x, true, [2]]");
    }

    @Test
    void sendsToOneClientOfAServer() {
      call(
          "POST",
          "/api/send",
          """
          {"endpoint":"td-left","address":"/a","peer":"10.0.0.7:9000"}\
          """);
      assertThat(node.sent).containsExactly("td-left /a [] to 10.0.0.7:9000");
    }

    @Test
    void putsARouteAndGivesItBackAsItStands() {
      var route =
          """
          {"from":"touchosc-in","match":"/1/fader1","to":"td-left","address":"/dim","args":["$1",1],\
          "input":[0,1],"output":[0,100],"scale":2.55,"offset":-1,"clamp":[0,255],"echo":true}\
          """;
      var response = call("PUT", "/api/routes/dim%20it", route);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body())
          .isEqualTo(
              """
              {"name":"dim it","from":["touchosc-in"],"match":"/1/fader1","to":["td-left"],\
              "address":"/dim","args":["$1",1],"input":[0.0,1.0],"output":[0.0,100.0],\
              "scale":2.55,"offset":-1.0,"clamp":[0.0,255.0],"echo":true}\
              """);
      assertThat(get("/api/routes").body()).contains(response.body());
      assertThat(call("PUT", "/api/routes/dim%20it", response.body()).body())
          .isEqualTo(response.body());
    }

    @Test
    void removesARoute() {
      assertThat(call("DELETE", "/api/routes/faders", "").body()).contains("\"name\":\"faders\"");
      assertThat(get("/api/routes").body()).isEqualTo("[]");
      assertThat(call("DELETE", "/api/routes/faders", "").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"restart,listening", "disable,stopped", "enable,listening"})
    void givesTheEndpointAsItNowStands(String verb, String state) {
      assertThat(call("POST", "/api/endpoints/td-left/" + verb, "").body())
          .startsWith("{\"name\":\"td-left\"")
          .contains("\"state\":\"" + state + "\"", "\"instances\":[");
    }
  }

  @Nested
  class Moving {
    @Test
    void givesTheEndpointAsItNowStands() {
      var body = call("POST", "/api/endpoints/td-left/move", "{\"node\":\"stage\"}").body();
      assertThat(body)
          .startsWith("{\"name\":\"td-left\"")
          .contains("\"node\":\"stage\"", "\"state\":\"connected\"", "\"instances\":[");
      assertThat(node.sent).containsExactly("td-left moves to stage");
    }

    @Test
    void givesTheDrainedNodeAsItNowStands() {
      assertThat(call("POST", "/api/nodes/stage/drain", "").body())
          .startsWith("{\"name\":\"stage\"")
          .contains("\"state\":");
    }
  }

  @Nested
  class Refusing {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            GET    | /api/nothing             |                                       | 404 | there is no /api/nothing here
            GET    | /                        |                                       | 404 | there is no / here
            POST   | /api/status              |                                       | 405 | /api/status takes GET, HEAD, not POST
            GET    | /api/history?limit=0     |                                       | 400 | 'limit' must be a whole number from 1 to 10000, not '0'
            GET    | /api/history?limit=x     |                                       | 400 | 'limit' must be a whole number from 1 to 10000, not 'x'
            GET    | /api/history?match=nope  |                                       | 400 | 'match': an address starts with '/'
            GET    | /api/events              |                                       | 400 | /api/events is a WebSocket: connect to it with ws://
            POST   | /api/send                |                                       | 400 | a JSON body is missing
            POST   | /api/send                | [1]                                   | 400 | the body must be a JSON object
            POST   | /api/send                | {"address":"/a"}                      | 400 | 'endpoint' is missing
            POST   | /api/send                | {"endpoint":5,"address":"/a"}         | 400 | 'endpoint' must be text
            POST   | /api/send                | {"endpoint":"td-left","address":"a"}  | 400 | 'address' must start with '/'
            POST   | /api/send                | {"endpoint":"td-left","adress":"/a"}  | 400 | unknown key 'adress'
            POST   | /api/send                | {"endpoint":"td-left","address":"/a","args":1}            | 400 | 'args' must be a list
            POST   | /api/send                | {"endpoint":"td-left","address":"/a","args":[{}]}         | 400 | 'args': an argument cannot be an object
            POST   | /api/send                | {"endpoint":"nobody","address":"/a"}  | 404 | there is no endpoint 'nobody'
            POST   | /api/send                | {"endpoint":"broken","address":"/a"}  | 500 | internal error, see the node's log
            PUT    | /api/routes/x            | {"to":"td-left"}                      | 400 | a route needs 'from': an endpoint or a list of endpoints
            PUT    | /api/routes/x            | {"from":[],"to":"td-left"}            | 400 | 'from' is an empty list
            PUT    | /api/routes/x            | {"from":"a","to":[1]}                 | 400 | 'to' must be an endpoint's name or a list of names
            PUT    | /api/routes/x            | {"from":"a","to":"b","too":"c"}       | 400 | a route has no key 'too'
            PUT    | /api/routes/x            | {"from":"a","to":"b","scale":"2"}     | 400 | 'scale' must be a number
            PUT    | /api/routes/x            | {"from":"a","to":"b","clamp":[1,0]}   | 400 | 'clamp' must be [lowest, highest]
            PUT    | /api/routes/x            | {"from":"a","to":"b","clamp":[1]}     | 400 | 'clamp' must be two numbers in a list, such as [0, 1]
            PUT    | /api/routes/x            | {"from":"a","to":"b","input":[0,1]}   | 400 | 'input' and 'output' go together: one is missing
            PUT    | /api/routes/x            | {"from":"a","to":"b","match":"fader"} | 400 | 'match': an address starts with '/'
            PUT    | /api/routes/x            | {"from":"a","to":"b","echo":1}        | 400 | 'echo' must be true or false
            PUT    | /api/routes/x            | {"name":"y","from":"a","to":"b"}      | 400 | 'name' says 'y', the call says 'x'
            PUT    | /api/routes/x            | {"from":"a","to":"nobody"}            | 400 | route 'x' leads to unknown endpoints
            POST   | /api/endpoints/no/restart|                                       | 404 | there is no endpoint 'no'
            POST   | /api/scenes/x/go         |                                       | 404 | there is no scene 'x'
            PUT    | /api/parameters          |                                       | 400 | a JSON body is missing
            PUT    | /api/parameters          | {}                                    | 400 | 'value' must be a number, a text, true or false
            PUT    | /api/parameters          | {"value":1}                           | 400 | 'operator' is missing or no text
            PUT    | /api/parameters          | {"operator":"/no","parameter":"sx","value":1}    | 404 | Parameter not found: /no sx
            POST   | /api/endpoints/x/move    | {}                                    | 400 | 'node' is missing
            POST   | /api/endpoints/x/move    | {"to":"stage"}                        | 400 | unknown key 'to'
            POST   | /api/endpoints/x/move    | {"node":"stage"}                      | 404 | there is no endpoint 'x'
            POST   | /api/nodes/x/drain       |                                       | 404 | there is no node 'x'
            PUT    | /api/show                | show: x                               | 503 | replacing the show is not available in this version
            """,
        quoteCharacter = '`')
    void saysWhyInOneLine(String method, String path, String body, int status, String error) {
      var response = call(method, path, body == null ? "" : body);
      assertThat(response.body()).isEqualTo("{\"error\":\"" + error + "\"}");
      assertThat(response.statusCode()).isEqualTo(status);
      assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    }

    @Test
    void namesTheAllowedMethods() {
      assertThat(call("POST", "/api/status", "").headers().firstValue("Allow"))
          .contains("GET, HEAD");
      assertThat(call("GET", "/api/routes/x", "").headers().firstValue("Allow"))
          .contains("DELETE, PUT");
    }

    @Test
    void saysWhereTheJsonIsWrong() {
      assertThat(call("POST", "/api/send", "{\"endpoint\":\n  oops}").body())
          .startsWith("{\"error\":\"not JSON: Unrecognized token 'oops'")
          .contains("(line 2, column ");
      assertThat(call("POST", "/api/send", "{\"endpoint\":\"a\",\"endpoint\":\"b\"}").body())
          .contains("Duplicate field 'endpoint'");
      assertThat(call("POST", "/api/send", "{} {}").statusCode()).isEqualTo(400);
    }

    @Test
    void takesNoBodyAboveOneMebibyte() {
      assertThat(call("POST", "/api/send", " ".repeat((1 << 20) + 1)).statusCode()).isEqualTo(413);
      assertThat(call("POST", "/api/send", " ".repeat(1 << 20)).statusCode()).isEqualTo(400);
    }

    @Test
    void answersWhatIsNoHttpInJson() throws IOException {
      try (var socket = new Socket("127.0.0.1", api.port())) {
        socket
            .getOutputStream()
            .write("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.shutdownOutput();
        var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answer).startsWith("HTTP/1.1 400").contains("{\"error\":\"");
      }
    }

    @Test
    void endsAtOnceAlthoughAClientStaysConnected() {
      get("/api/status");
      var begin = System.nanoTime();
      api.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void saysThatThePortIsInUse() {
      var taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), api.port());
      assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> ApiServer.start(taken, node)))
          .isInstanceOf(IOException.class)
          .hasMessage("api 127.0.0.1:" + api.port() + ": port in use");
    }
  }
}
