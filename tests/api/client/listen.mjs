// Listens as a browser does and prints a line of JSON for whatever happens, until its standard input ends.
// ORIGIN TOKEN [TOKEN...]: each connection shows the next token, the last one again and again.
import { io } from "socket.io-client";

const [place, origin, ...tokens] = process.argv.slice(2);
const say = (event, body) => process.stdout.write(JSON.stringify({ event, body: body ?? null }) + "\n");
const headers = origin === "-" ? {} : { Origin: origin };
const auth = (take) => take({ token: tokens.length > 1 ? tokens.shift() : tokens[0] });
const socket = io(place, { auth, transports: ["websocket"], extraHeaders: headers, reconnectionDelay: 20 });

socket.on("connect", () => say("connected"));
socket.on("connect_error", (error) => say("refused", error.message));
socket.on("disconnect", (reason) => {
  say("disconnected", reason);
  if (reason === "io server disconnect") socket.connect();
});
socket.onAny((event, ...bodies) => bodies.forEach((body) => say(event, body)));
process.stdin.resume();
process.stdin.on("end", () => {
  socket.close();
  process.exit(0);
});
