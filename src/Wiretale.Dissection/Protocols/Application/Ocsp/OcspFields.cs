using Wiretale.Dissection.Engine;

namespace Wiretale.Dissection.Protocols.Application.Ocsp;

/// <summary>Fields of OCSP, with Wireshark's names (which follow the ASN.1 module of RFC 6960).</summary>
static class OcspFields
{
    public static readonly Protocol P = new("Online Certificate Status Protocol", "OCSP", "ocsp");

    public static readonly Field ResponseType = P.String("ocsp.responseType.id", "ResponseType Id");
    public static readonly Field Basic = P.Label("ocsp.BasicOCSPResponse_element", "BasicOCSPResponse");
    public static readonly Field Nonce = P.Bytes("ocsp.ReOcspNonce", "ReOcspNonce");
    public static readonly Field Questions = P.Label("ocsp.tbsRequest_element", "tbsRequest");
    public static readonly Field Version = P.Int32("ocsp.version", "version", names: ValueNames.Of(() => [(0, "v1")]));
    public static readonly Field RequestList = P.UInt32("ocsp.requestList", "requestList", blurb: "SEQUENCE_OF_Request");
    public static readonly Field Request = P.Label("ocsp.Request_element", "Request");
    public static readonly Field RequestExtensions = P.UInt32("ocsp.requestExtensions", "requestExtensions", blurb: "Extensions");
    public static readonly Field Algorithm = P.Label("ocsp.signatureAlgorithm_element", "signatureAlgorithm", "AlgorithmIdentifier");
    public static readonly Field Signature = P.Bytes("ocsp.signature", "signature", blurb: "BIT_STRING");
    public static readonly Field Certificates = P.UInt32("ocsp.certs", "certs", blurb: "SEQUENCE_OF_Certificate");
    public static readonly Field Certificate = P.Label("ocsp.Certificate_element", "Certificate");
    public static readonly Field Asked = P.Label("ocsp.reqCert_element", "reqCert", "CertID");
    public static readonly Field HashAlgorithm = P.Label("ocsp.hashAlgorithm_element", "hashAlgorithm", "AlgorithmIdentifier");
    public static readonly Field NameHash = P.Bytes("ocsp.issuerNameHash", "issuerNameHash", blurb: "OCTET_STRING");
    public static readonly Field KeyHash = P.Bytes("ocsp.issuerKeyHash", "issuerKeyHash", blurb: "OCTET_STRING");
    public static readonly Field Serial = P.Bytes("ocsp.serialNumber", "serialNumber", blurb: "CertificateSerialNumber");
    public static readonly Field Status = P.UInt32("ocsp.responseStatus", "responseStatus", names: ValueNames.Of(() => [(0, "successful"), (1, "malformedRequest"), (2, "internalError"), (3, "tryLater"),
        (5, "sigRequired"), (6, "unauthorized")]), blurb: "OCSPResponseStatus");
    public static readonly Field ResponseBytes = P.Label("ocsp.responseBytes_element", "responseBytes");
    public static readonly Field ResponseData = P.Label("ocsp.tbsResponseData_element", "tbsResponseData", "ResponseData");
    public static readonly Field Responder = P.UInt32("ocsp.responderID", "responderID", names: ValueNames.Of(() => [(1, "byName"), (2, "byKey")]));
    public static readonly Field ProducedAt = P.AbsoluteTime("ocsp.producedAt", "producedAt", blurb: "GeneralizedTime");
    public static readonly Field Responses = P.UInt32("ocsp.responses", "responses", blurb: "SEQUENCE_OF_SingleResponse");
    public static readonly Field Response = P.Label("ocsp.SingleResponse_element", "SingleResponse");
    public static readonly Field ByName = P.UInt32("ocsp.byName", "byName", blurb: "Name");
    public static readonly Field ByKey = P.Bytes("ocsp.byKey", "byKey", blurb: "KeyHash");
    public static readonly Field CertificateId = P.Label("ocsp.certID_element", "certID");
    public static readonly Field CertificateStatus = P.UInt32("ocsp.certStatus", "certStatus", names: ValueNames.Of(() => [(0, "good"), (1, "revoked"), (2, "unknown")]));
    public static readonly Field ThisUpdate = P.AbsoluteTime("ocsp.thisUpdate", "thisUpdate", blurb: "GeneralizedTime");
    public static readonly Field NextUpdate = P.AbsoluteTime("ocsp.nextUpdate", "nextUpdate", blurb: "GeneralizedTime");
    public static readonly Field SingleExtensions = P.UInt32("ocsp.singleExtensions", "singleExtensions", blurb: "Extensions");
    public static readonly Field ResponseExtensions = P.UInt32("ocsp.responseExtensions", "responseExtensions", blurb: "Extensions");
    public static readonly Field Good = P.Label("ocsp.good_element", "good");
    public static readonly Field Revoked = P.Label("ocsp.revoked_element", "revoked", "RevokedInfo");
    public static readonly Field Unknown = P.Label("ocsp.unknown_element", "unknown", "UnknownInfo");
    public static readonly Field RevokedAt = P.AbsoluteTime("ocsp.revocationTime", "revocationTime", blurb: "GeneralizedTime");
    public static readonly Field Reason = P.UInt32("ocsp.revocationReason", "revocationReason", names: ValueNames.Of(() => [(0, "unspecified"), (1, "keyCompromise"), (2, "cACompromise"),
        (3, "affiliationChanged"), (4, "superseded"), (5, "cessationOfOperation"), (6, "certificateHold"), (8, "removeFromCRL"), (9, "privilegeWithdrawn"), (10, "aaCompromise")]), blurb: "CRLReason");
    public static readonly Field Accepted = P.UInt32("ocsp.AcceptableResponses", "AcceptableResponses");
    public static readonly Field AcceptedItem = P.Field(FieldType.Oid, "ocsp.AcceptableResponses_item", "AcceptableResponses item", blurb: "OBJECT_IDENTIFIER");

}
