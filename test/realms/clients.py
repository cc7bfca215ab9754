"""Two clients of the old service, as its contract has them; standard library and pyotp only.

Prints one JSON line for each request: what was sent, the status and the body.
"""
import base64
import hashlib
import hmac
import json
import os
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


def code(seed, now):
    """RFC 6238 with nothing but the standard library."""
    counter = struct.pack(">Q", int(now) // 30)
    digest = hmac.new(base64.b32decode(seed), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return "%06d" % (number % 1000000)


def send(label, url, data, content_type, method="POST", headers=None):
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    if content_type:
        request.add_header("Content-Type", content_type)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            status, body = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    print(json.dumps({"label": label, "status": status, "body": body.decode()}), flush=True)
    return status, body


def first_generation(url, env, now):
    """JSON; the same code as token and verifytoken, a version beside them, no slash."""
    own = code(env["SEED"], now)
    triple = {"name": env["NAME"], "realm": env["REALM"], "token": own}
    subject = {"verifyname": env["NAME"], "verifyrealm": env["REALM"], "verifytoken": own}
    body = json.dumps({**triple, **subject, "version": "0.5"}).encode()
    for _ in range(2):
        send("itself", url + "/verify/", body, "application/json")
    send("no slash", url + "/verify", body, "application/json")
    number = json.dumps({**triple, **subject, "token": int(own)}).encode()
    send("integer", url + "/verify/", number, "application/json")
    wrong = json.dumps({**triple, **subject, "verifytoken": "000000"}).encode()
    send("wrong", url + "/verify/", wrong, "application/json")


def later_generation(url, env, now):
    """Form-encoded, codes from pyotp; looks at the status only."""
    import pyotp

    fields = {
        "auth_name": env["NAME"],
        "auth_realm": env["REALM"],
        "auth_token": pyotp.TOTP(env["SEED"]).at(int(now)),
        "name": env["SUBJECT"],
        "realm": env["SUBJECT_REALM"],
        "token": pyotp.TOTP(env["SUBJECT_SEED"]).at(int(now)),
    }
    form = "application/x-www-form-urlencoded"
    send("pyotp", url + "/verify/", urllib.parse.urlencode(fields).encode(), form)
    fields["token"] = "000000"
    send("pyotp wrong", url + "/verify/", urllib.parse.urlencode(fields).encode(), form)


def manage(url, env, now):
    """Lists, makes and removes as the admin realm."""
    token = code(env["ADMIN_SEED"], now)
    otp = {"Authorization": 'OTP name="root", realm="ungleich-admin", token="%s"' % token}
    send("list", url + "/", None, None, "GET", otp)
    body = json.dumps({"name": "py", "realm": "snakes"}).encode()
    _, made = send("create", url + "/", body, "application/json", "POST", otp)
    send("delete", url + "/%s/" % json.loads(made)["id"], None, None, "DELETE", otp)


if __name__ == "__main__":
    part = {"first": first_generation, "later": later_generation, "manage": manage}[sys.argv[1]]
    part(os.environ["URL"], os.environ, float(os.environ.get("NOW", time.time())))
