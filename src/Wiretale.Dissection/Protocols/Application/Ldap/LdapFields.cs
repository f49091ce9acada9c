using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Ldap;

/// <summary>Fields of LDAP, with Wireshark's names (which follow the ASN.1 module of RFC 4511).</summary>
static class LdapFields
{
    public static readonly Protocol P = new("Lightweight Directory Access Protocol", "LDAP", "ldap");

    static readonly ValueNames FilterChoice = ValueNames.Of(() => [(0, "and"), (1, "or"), (2, "not"), (3, "equalityMatch"), (4, "substrings"), (5, "greaterOrEqual"), (6, "lessOrEqual"), (7, "present"),
        (8, "approxMatch"), (9, "extensibleMatch")]);

    public static readonly ValueNames Operations = ValueNames.Of(() => [(0, "bindRequest"), (1, "bindResponse"), (2, "unbindRequest"), (3, "searchRequest"), (4, "searchResEntry"), (5, "searchResDone"),
        (6, "modifyRequest"), (7, "modifyResponse"), (8, "addRequest"), (9, "addResponse"), (10, "delRequest"), (11, "delResponse"), (12, "modDNRequest"), (13, "modDNResponse"), (14, "compareRequest"),
        (15, "compareResponse"), (16, "abandonRequest"), (19, "searchResRef"), (23, "extendedReq"), (24, "extendedResp"), (25, "intermediateResponse")]);

    public static readonly ValueNames Results = ValueNames.Of(() => [(0, "success"), (1, "operationsError"), (2, "protocolError"), (3, "timeLimitExceeded"), (4, "sizeLimitExceeded"), (5, "compareFalse"),
        (6, "compareTrue"), (7, "authMethodNotSupported"), (8, "strongAuthRequired"), (10, "referral"), (11, "adminLimitExceeded"), (12, "unavailableCriticalExtension"), (13, "confidentialityRequired"),
        (14, "saslBindInProgress"), (16, "noSuchAttribute"), (17, "undefinedAttributeType"), (18, "inappropriateMatching"), (19, "constraintViolation"), (20, "attributeOrValueExists"),
        (21, "invalidAttributeSyntax"), (32, "noSuchObject"), (33, "aliasProblem"), (34, "invalidDNSyntax"), (36, "aliasDereferencingProblem"), (48, "inappropriateAuthentication"), (49, "invalidCredentials"),
        (50, "insufficientAccessRights"), (51, "busy"), (52, "unavailable"), (53, "unwillingToPerform"), (54, "loopDetect"), (64, "namingViolation"), (65, "objectClassViolation"), (66, "notAllowedOnNonLeaf"),
        (67, "notAllowedOnRDN"), (68, "entryAlreadyExists"), (69, "objectClassModsProhibited"), (71, "affectsMultipleDSAs"), (80, "other"), (118, "canceled"), (119, "noSuchOperation"), (120, "tooLate"),
        (121, "cannotCancel")]);

    public static readonly ValueNames Scopes = ValueNames.Of(() => [(0, "baseObject"), (1, "singleLevel"), (2, "wholeSubtree")]);

    public static readonly Field SaslLength = P.UInt32("ldap.sasl_buffer_length", "SASL Buffer Length");
    public static readonly Field Encrypted = P.Bytes("ldap.gssapi_encrypted_payload", "GSS-API Encrypted payload");
    public static readonly Field ResponseIn = P.FrameNumber("ldap.response_in", "Response In", "The response to this LDAP request is in this frame");
    public static readonly Field ResponseTo = P.FrameNumber("ldap.response_to", "Response To", "This is a response to the LDAP request in this frame");
    public static readonly Field Time = P.RelativeTime("ldap.time", "Time", "The time between the Call and the Reply");
    public static readonly Field Sid = P.String("ldap.sid", "Sid");
    public static readonly Field Guid = P.Field(FieldType.Guid, "ldap.guid", "GUID");
    public static readonly Field Oid = P.String("ldap.oid", "OID");
    public static readonly Field Message = P.Label("ldap.LDAPMessage_element", "LDAPMessage");
    public static readonly Field MessageId = P.UInt32("ldap.messageID", "messageID");
    public static readonly Field Operation = P.UInt32("ldap.protocolOp", "protocolOp", FieldBase.Dec, Operations);
    public static readonly Field Controls = P.UInt32("ldap.controls", "controls");
    public static readonly Field Control = P.Label("ldap.Control_element", "Control");
    public static readonly Field ControlType = P.String("ldap.controlType", "controlType");
    public static readonly Field Criticality = P.Flag("ldap.criticality", "criticality", blurb: "BOOLEAN");
    public static readonly Field ControlValue = P.Bytes("ldap.controlValue", "controlValue");
    public static readonly Field SearchControl = P.Label("ldap.SearchControlValue_element", "SearchControlValue");
    public static readonly Field Size = P.Int32("ldap.size", "size", blurb: "INTEGER");
    public static readonly Field Cookie = P.Bytes("ldap.cookie", "cookie", blurb: "OCTET_STRING");

    public static readonly Field BindRequest = P.Label("ldap.bindRequest_element", "bindRequest");
    public static readonly Field BindResponse = P.Label("ldap.bindResponse_element", "bindResponse");
    public static readonly Field UnbindRequest = P.Label("ldap.unbindRequest_element", "unbindRequest");
    public static readonly Field SearchRequest = P.Label("ldap.searchRequest_element", "searchRequest");
    public static readonly Field SearchEntry = P.Label("ldap.searchResEntry_element", "searchResEntry", "SearchResultEntry");
    public static readonly Field SearchDone = P.Label("ldap.searchResDone_element", "searchResDone", "SearchResultDone");
    public static readonly Field SearchReference = P.UInt32("ldap.searchResRef", "searchResRef", blurb: "SearchResultReference");
    public static readonly Field ModifyRequest = P.Label("ldap.modifyRequest_element", "modifyRequest");
    public static readonly Field ModifyResponse = P.Label("ldap.modifyResponse_element", "modifyResponse");
    public static readonly Field AddRequest = P.Label("ldap.addRequest_element", "addRequest");
    public static readonly Field AddResponse = P.Label("ldap.addResponse_element", "addResponse");
    public static readonly Field DeleteRequest = P.String("ldap.delRequest", "delRequest");
    public static readonly Field DeleteResponse = P.Label("ldap.delResponse_element", "delResponse");
    public static readonly Field RenameRequest = P.Label("ldap.modDNRequest_element", "modDNRequest", "ModifyDNRequest");
    public static readonly Field RenameResponse = P.Label("ldap.modDNResponse_element", "modDNResponse", "ModifyDNResponse");
    public static readonly Field CompareRequest = P.Label("ldap.compareRequest_element", "compareRequest");
    public static readonly Field CompareResponse = P.Label("ldap.compareResponse_element", "compareResponse");
    public static readonly Field AbandonRequest = P.UInt32("ldap.abandonRequest", "abandonRequest");
    public static readonly Field ExtendedRequest = P.Label("ldap.extendedReq_element", "extendedReq", "ExtendedRequest");
    public static readonly Field ExtendedResponse = P.Label("ldap.extendedResp_element", "extendedResp", "ExtendedResponse");
    public static readonly Field IntermediateResponse = P.Label("ldap.intermediateResponse_element", "intermediateResponse");

    public static readonly Field Version = P.UInt32("ldap.version", "version", blurb: "INTEGER_1_127");
    public static readonly Field Name = P.String("ldap.name", "name", "LDAPDN");
    public static readonly Field Authentication = P.UInt32("ldap.authentication", "authentication", FieldBase.Dec,
        ValueNames.Of(() => [(0, "simple"), (3, "sasl"), (10, "ntlmsspNegotiate"), (11, "ntlmsspAuth")]), blurb: "AuthenticationChoice");
    public static readonly Field Simple = P.String("ldap.simple", "simple");
    public static readonly Field Sasl = P.Label("ldap.sasl_element", "sasl", "SaslCredentials");
    public static readonly Field NtlmNegotiate = P.Bytes("ldap.ntlmsspNegotiate", "ntlmsspNegotiate");
    public static readonly Field NtlmAuthenticate = P.Bytes("ldap.ntlmsspAuth", "ntlmsspAuth");
    public static readonly Field Mechanism = P.String("ldap.mechanism", "mechanism");
    public static readonly Field Credentials = P.Bytes("ldap.credentials", "credentials");
    public static readonly Field ServerCredentials = P.Bytes("ldap.serverSaslCreds", "serverSaslCreds");
    public static readonly Field ResultCode = P.UInt32("ldap.resultCode", "resultCode", FieldBase.Dec, Results);
    public static readonly Field MatchedName = P.String("ldap.matchedDN", "matchedDN", "LDAPDN");
    public static readonly Field ErrorMessage = P.String("ldap.errorMessage", "errorMessage");
    public static readonly Field Referral = P.UInt32("ldap.referral", "referral");
    public static readonly Field Url = P.String("ldap.LDAPURL", "LDAPURL");

    public static readonly Field BaseObject = P.String("ldap.baseObject", "baseObject", "LDAPDN");
    public static readonly Field Scope = P.UInt32("ldap.scope", "scope", FieldBase.Dec, Scopes);
    public static readonly Field DerefAliases = P.UInt32("ldap.derefAliases", "derefAliases", FieldBase.Dec,
        ValueNames.Of(() => [(0, "neverDerefAliases"), (1, "derefInSearching"), (2, "derefFindingBaseObj"), (3, "derefAlways")]));
    public static readonly Field SizeLimit = P.UInt32("ldap.sizeLimit", "sizeLimit", blurb: "INTEGER_0_maxInt");
    public static readonly Field TimeLimit = P.UInt32("ldap.timeLimit", "timeLimit", blurb: "INTEGER_0_maxInt");
    public static readonly Field TypesOnly = P.Flag("ldap.typesOnly", "typesOnly", blurb: "BOOLEAN");
    public static readonly Field Filter = P.UInt32("ldap.filter", "filter", FieldBase.Dec, FilterChoice);
    public static readonly Field And = P.UInt32("ldap.and", "and");
    public static readonly Field AndItem = P.UInt32("ldap.and_item", "and item", FieldBase.Dec, FilterChoice);
    public static readonly Field Or = P.UInt32("ldap.or", "or");
    public static readonly Field OrItem = P.UInt32("ldap.or_item", "or item", FieldBase.Dec, FilterChoice);
    public static readonly Field Not = P.UInt32("ldap.not", "not", FieldBase.Dec, FilterChoice);
    public static readonly Field EqualityMatch = P.Label("ldap.equalityMatch_element", "equalityMatch");
    public static readonly Field Substrings = P.Label("ldap.substrings_element", "substrings", "SubstringFilter");
    public static readonly Field GreaterOrEqual = P.Label("ldap.greaterOrEqual_element", "greaterOrEqual");
    public static readonly Field LessOrEqual = P.Label("ldap.lessOrEqual_element", "lessOrEqual");
    public static readonly Field Present = P.String("ldap.present", "present");
    public static readonly Field ApproxMatch = P.Label("ldap.approxMatch_element", "approxMatch");
    public static readonly Field ExtensibleMatch = P.Label("ldap.extensibleMatch_element", "extensibleMatch");
    public static readonly Field Pieces = P.UInt32("ldap.substrings", "substrings", blurb: "T_substringFilter_substrings");
    public static readonly Field Piece = P.UInt32("ldap.substrings_item", "substrings item", FieldBase.Dec, ValueNames.Of(() => [(0, "initial"), (1, "any"), (2, "final")]), blurb: "T_substringFilter_substrings_item");
    public static readonly Field Initial = P.String("ldap.initial", "initial", "LDAPString");
    public static readonly Field Any = P.String("ldap.any", "any", "LDAPString");
    public static readonly Field Final = P.String("ldap.final", "final", "LDAPString");
    public static readonly Field MatchingRule = P.String("ldap.matchingRule", "matchingRule", "MatchingRuleId");
    public static readonly Field MatchValue = P.String("ldap.matchValue", "matchValue", "AssertionValue");
    public static readonly Field NameAttributes = P.Flag("ldap.dnAttributes", "dnAttributes");
    public static readonly Field Described = P.String("ldap.attributeDesc", "attributeDesc", "AttributeDescription");
    public static readonly Field Asserted = P.String("ldap.assertionValue", "assertionValue");

    public static readonly Field Attributes = P.UInt32("ldap.attributes", "attributes", blurb: "AttributeDescriptionList");
    public static readonly Field AttributeDescription = P.String("ldap.AttributeDescription", "AttributeDescription");
    public static readonly Field ObjectName = P.String("ldap.objectName", "objectName", "LDAPDN");
    public static readonly Field PartialAttribute = P.Label("ldap.PartialAttributeList_item_element", "PartialAttributeList item");
    public static readonly Field AttributeListItem = P.Label("ldap.AttributeList_item_element", "AttributeList item");
    public static readonly Field Type = P.String("ldap.type", "type", "AttributeDescription");
    public static readonly Field Values = P.UInt32("ldap.vals", "vals", blurb: "SET_OF_AttributeValue");
    public static readonly Field AttributeValue = P.Bytes("ldap.AttributeValue", "AttributeValue");
    public static readonly Field Object = P.String("ldap.object", "object", "LDAPDN");
    public static readonly Field Modifications = P.UInt32("ldap.modification", "modification", blurb: "ModifyRequest_modification");
    public static readonly Field Modification = P.Label("ldap.modification_item_element", "modification item", "T_modifyRequest_modification_item");
    public static readonly Field ModifyOperation = P.UInt32("ldap.operation", "operation", FieldBase.Dec, ValueNames.Of(() => [(0, "add"), (1, "delete"), (2, "replace"), (3, "increment")]));
    public static readonly Field Modified = P.Label("ldap.modification_element", "modification", "AttributeTypeAndValues");
    public static readonly Field Entry = P.String("ldap.entry", "entry", "LDAPDN");
    public static readonly Field NewName = P.String("ldap.newrdn", "newrdn", "RelativeLDAPDN");
    public static readonly Field DeleteOld = P.Flag("ldap.deleteoldrdn", "deleteoldrdn", blurb: "BOOLEAN");
    public static readonly Field NewSuperior = P.String("ldap.newSuperior", "newSuperior", "LDAPDN");
    public static readonly Field Assertion = P.Label("ldap.ava_element", "ava", "AttributeValueAssertion");
    public static readonly Field RequestName = P.String("ldap.requestName", "requestName", "LDAPOID");
    public static readonly Field RequestValue = P.Bytes("ldap.requestValue", "requestValue");
    public static readonly Field ResponseName = P.String("ldap.responseName", "responseName", "LDAPOID");
    public static readonly Field Response = P.Bytes("ldap.response", "response", blurb: "OCTET_STRING");
    public static readonly Field ResponseValue = P.Bytes("ldap.responseValue", "responseValue", blurb: "T_intermediateResponse_responseValue");
}
