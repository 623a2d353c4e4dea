//! Describes the fields of a client for OpenAPI. Native only.

use domain::{
    clients::fields::{ClientField, Presence, TABLE},
    intake::rule::Shape,
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, ObjectBuilder, RefOr, SchemaFormat, Type,
        schema::{AdditionalProperties, Schema, SchemaType},
    },
};

const DESCRIPTION: &str = "The fields of a client. A null or an empty text counts as left out, and an existing client \
                           keeps those fields. Money\nis a text of plain digits, times are RFC 3339 with an offset, \
                           from the year 2000 to a day ahead.";

/// The schema of the table of a client's fields.
pub struct ClientFields;

impl ToSchema for ClientFields {}

impl PartialSchema for ClientFields {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some(DESCRIPTION))
            .additional_properties(Some(AdditionalProperties::FreeForm(false)));
        let object = TABLE.iter().fold(object, |object, field| {
            let object = object.property(field.name, property(field));
            if field.presence == Presence::Required { object.required(field.name) } else { object }
        });
        RefOr::T(Schema::Object(object.build()))
    }
}

fn property(field: &ClientField) -> ObjectBuilder {
    let object = ObjectBuilder::new().description(Some(field.note).filter(|note| !note.is_empty()));
    let (kind, object) = match (field.shape)() {
        Shape::Text { longest, pattern } => (Type::String, object.max_length(longest).pattern(pattern)),
        Shape::Large(range) => {
            let object = object.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
            (Type::Integer, object.minimum(Some(*range.start())).maximum(Some(*range.end())))
        }
        Shape::Small(range) => {
            let object = object.format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)));
            (Type::Integer, object.minimum(Some(*range.start())).maximum(Some(*range.end())))
        }
        Shape::Truth => (Type::Boolean, object),
    };
    object.schema_type(match field.presence {
        Presence::Required => SchemaType::new(kind),
        Presence::Optional | Presence::InAddress => SchemaType::from_iter([kind, Type::Null]),
    })
}
