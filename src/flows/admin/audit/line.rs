//! One event of the trail as JSON, as every export carries it.

use serde_json::{Map, Value, json};

use crate::domain::{Actor, AuditEvent};

/// Times are RFC 3339 in UTC with milliseconds. What an event does not have is left out.
pub fn line(event: &AuditEvent) -> Value {
    let mut line = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            line.insert(name.to_owned(), value);
        }
    };
    let text = |text: &str| (!text.is_empty()).then(|| Value::from(text));
    put("id", Some(event.id.as_str().into()));
    put("ts", Some(crate::flows::admin::time(event.at).into()));
    put("event", Some(event.kind.as_str().into()));
    put("outcome", Some(event.outcome.as_str().into()));
    put("reason_code", event.reason.as_deref().map(Value::from));
    put("actor", Some(actor(&event.actor)));
    put("subject", event.subject.as_ref().map(|id| json!({ "id": id.as_str() })));
    put("clinic_id", event.clinic_id.as_ref().map(|id| id.as_str().into()));
    put("client_id", event.client_id.as_ref().map(|id| id.as_str().into()));
    put("session_ref", event.session_ref.as_deref().map(Value::from));
    put("credential_ref", event.credential_ref.as_deref().map(Value::from));
    put("acr", event.acr.map(|acr| acr.as_str().into()));
    let amr: Vec<_> = event.amr.iter().map(|amr| amr.as_str()).collect();
    put("amr", (!amr.is_empty()).then(|| amr.into()));
    put("ip", text(&event.request.ip));
    put("ua", text(&event.request.user_agent));
    put("request_id", text(&event.request.request_id));
    put("incident", event.incident.as_deref().map(Value::from));
    put("detail", event.detail.clone());
    Value::Object(line)
}

fn actor(actor: &Actor) -> Value {
    match actor {
        Actor::User { id, name } => json!({ "type": "user", "id": id.as_str(), "name": name }),
        Actor::Client(id) => json!({ "type": "client", "id": id.as_str() }),
        Actor::CommandLine => json!({ "type": "command_line" }),
        Actor::System => json!({ "type": "system" }),
        Actor::Nobody => json!({ "type": "nobody" }),
    }
}
